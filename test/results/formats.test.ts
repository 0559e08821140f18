/** Tables and tensors in the formats of other programs, read back by readers of those formats. */
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { type NpyArray, readNpy } from "../../src/data/npy/index.js";
import { arrowOfSeries, arrowOfSnapshots, arrowOfTensors } from "../../src/results/arrow.js";
import { withColumns, withComponent, withRows } from "../../src/results/columns.js";
import { csvLines } from "../../src/results/csv.js";
import { npyOfSeries, npyOfSnapshots, npyOfTensor } from "../../src/results/npy.js";
import { parquetOf } from "../../src/results/parquet.js";
import { readSeries, SeriesBuffer } from "../../src/runtime/arrow/series.js";
import { readSnapshots } from "../../src/runtime/arrow/snapshots.js";
import { readTensors } from "../../src/runtime/arrow/tensors.js";
import type { SeriesRow, SeriesTable } from "../../src/runtime/step.js";
import { temporaryFolder } from "../data/folder.js";

const folder = temporaryFolder();

function tableOf(rows: readonly SeriesRow[]): SeriesTable {
  const series = new SeriesBuffer([
    { name: "step", type: "int32" },
    { name: "loss", type: "float64" },
    { name: "values", type: "list<float64>" },
  ]);
  for (const row of rows) series.append(row);
  return series.table();
}

const odd = tableOf([
  { step: 0, loss: 0.1 + 0.2, values: [3, 2] },
  { step: 1, loss: null, values: null },
  { step: 2, loss: Number.NaN, values: [] },
  { step: 3, loss: Number.NEGATIVE_INFINITY, values: [Number.NaN] },
  { step: null, loss: -0, values: [1, 2, 3] },
]);

function npy(bytes: Uint8Array): NpyArray {
  folder.write("array.npy", bytes);
  return readNpy(join(folder.path, "array.npy")) as NpyArray;
}

async function parquet(table: SeriesTable): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: Uint8Array.from(parquetOf(table)).buffer });
}

describe("parquet", () => {
  it("tells null from NaN, and no list from an empty one", async () => {
    const rows = await parquet(odd);
    expect(rows.map(({ step }) => step)).toEqual([0, 1, 2, 3, null]);
    expect(rows.map(({ loss }) => loss)).toEqual([
      0.1 + 0.2,
      null,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -0,
    ]);
    // hyparquet reads a list that is null as undefined.
    expect(rows.map(({ values }) => values ?? null)).toEqual([
      [3, 2],
      null,
      [],
      [Number.NaN],
      [1, 2, 3],
    ]);
  });

  it("holds a table of no rows", async () => {
    expect(await parquet(tableOf([]))).toEqual([]);
  });

  it("holds any numbers, of many rows", async () => {
    const value = fc.option(fc.double(), { nil: null });
    const lists = fc.option(fc.array(fc.double(), { maxLength: 4 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, lists)), async (cells) => {
        const rows = cells.map(([loss, values], step) => ({ step, loss, values }));
        const read = await parquet(tableOf(rows));
        expect(read.map((row) => ({ ...row, values: row.values ?? null }))).toEqual(rows);
      }),
    );
    const many = Array.from({ length: 3000 }, (_, step) => ({
      step,
      loss: step / 7,
      values: [step],
    }));
    expect(await parquet(tableOf(many))).toEqual(many);
  });
});

describe("npy", () => {
  it.each([
    ["loss", "f8", [5], [0.1 + 0.2, Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY, -0]],
    ["step", "f8", [5], [0, 1, 2, 3, Number.NaN]],
    [
      "values",
      "f8",
      [5, 3],
      [3, 2, Number.NaN, ...Array(6).fill(Number.NaN), ...Array(3).fill(Number.NaN), 1, 2, 3],
    ],
  ])("of %s", (name, dtype, shape, values) => {
    const array = npy(npyOfSeries(odd, name));
    expect(array).toMatchObject({ dtype, shape });
    expect([...array.values]).toEqual(values);
  });

  it("keeps integers where every row has one", () => {
    expect(npy(npyOfSeries(withRows(odd, 0, 4), "step"))).toEqual({
      dtype: "i4",
      shape: [4],
      values: Int32Array.of(0, 1, 2, 3),
    });
  });

  it("of lists that are all empty, or of no rows, has a shape", () => {
    expect(npy(npyOfSeries(tableOf([{ values: [] }]), "values")).shape).toEqual([1, 0]);
    expect(npy(npyOfSeries(tableOf([]), "values")).shape).toEqual([0, 0]);
    expect(npy(npyOfSeries(tableOf([]), "loss")).shape).toEqual([0]);
  });

  it("of tensors and snapshots", () => {
    const tensor = { name: "w", shape: [2, 1], values: Float32Array.of(1, 2) };
    expect(npy(npyOfTensor(tensor))).toEqual({ dtype: "f4", shape: [2, 1], values: tensor.values });
    const later = { ...tensor, values: Float32Array.of(3, 4) };
    const all = npyOfSnapshots({ steps: Int32Array.of(0, 5), tensors: [tensor, later] });
    expect(npy(all)).toEqual({
      dtype: "f4",
      shape: [2, 2, 1],
      values: Float32Array.of(1, 2, 3, 4),
    });
  });
});

describe("arrow", () => {
  it("is what was read", () => {
    const bytes = arrowOfSeries(odd);
    expect(readSeries(bytes).list("values")).toEqual(odd.list("values"));
    expect(readSeries(bytes).scalar("loss")).toEqual(odd.scalar("loss"));
    expect(arrowOfSeries(readSeries(bytes))).toEqual(bytes);
    const tensors = [{ name: "w", shape: [2], values: Float64Array.of(1, 2) }];
    expect([...readTensors(arrowOfTensors(tensors)).tensors.values()]).toEqual(tensors);
    const snapshots = { steps: Int32Array.of(3), tensors };
    expect(readSnapshots(arrowOfSnapshots(snapshots))).toEqual(snapshots);
  });

  it("holds columns that were picked", () => {
    const part = withColumns(withComponent(odd, "values", 1), ["step", "values[1]"]);
    const table = tableFromIPC(arrowOfSeries(part));
    expect(table.schema.fields.map(({ name }) => name)).toEqual(["step", "values[1]"]);
    expect([...table.getChild("values[1]")!]).toEqual([2, null, null, null, 2]);
  });
});

it("csv quotes names that need it", () => {
  const series = new SeriesBuffer([{ name: 'a "b", c', type: "float64" }]);
  series.append({ 'a "b", c': 1 });
  expect([...csvLines(series.table())]).toEqual(['"a ""b"", c"', "1"]);
});
