/** How far series are apart: known tables, and what holds of all. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSeries } from "../../src/diff/series.js";
import { SeriesBuffer } from "../../src/runtime/arrow/series.js";
import type { SeriesColumn, SeriesTable, SeriesValue } from "../../src/runtime/step.js";

type Cells = Readonly<Record<string, readonly SeriesValue[]>>;

/** Columns whose first value that is no null is a list are lists. */
function tableOf(columns: Cells): SeriesTable {
  const described = Object.entries(columns).map(([name, values]): SeriesColumn => {
    const list = typeof values.find((value) => value !== null) === "object";
    return { name, type: list ? "list<float64>" : "float64" };
  });
  const buffer = new SeriesBuffer(described);
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  for (let row = 0; row < rows; row++) {
    buffer.append(
      Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [name, values[row] ?? null]),
      ),
    );
  }
  return buffer.table();
}

const compared = (a: Cells, b: Cells) => compareSeries(tableOf(a), tableOf(b));
const [infinity, nan] = [Number.POSITIVE_INFINITY, Number.NaN];

describe("a column", () => {
  it("has its last common row, and the first at which the difference is largest", () => {
    const { columns } = compared({ x: [4, 2, 1, 8, 9] }, { x: [4, 3, 2, 7] });
    expect(columns).toEqual([
      {
        ...{ name: "x", rows: 4, relative: 1 / 8 },
        final: { step: 3, a: 8, b: 7, difference: 1 },
        largest: { step: 1, a: 2, b: 3, difference: 1 },
      },
    ]);
  });

  it("counts rows in which both were measured", () => {
    const { columns } = compared({ x: [1, null, 5, null] }, { x: [null, 2, 4, 9] });
    expect(columns[0]).toMatchObject({ rows: 1, final: { step: 2 }, relative: 1 / 5 });
  });

  it.each<[string, number, number, number, number]>([
    ["equal numbers", 2, 2, 0, 0],
    ["zeros of both signs", 0, -0, 0, 0],
    ["both diverged", nan, nan, 0, 0],
    ["both infinite", infinity, infinity, 0, 0],
    ["opposite infinities", infinity, -infinity, infinity, infinity],
    ["one diverged", 1, nan, infinity, infinity],
    ["a number and nothing", 3, 0, 3, 1],
    ["opposite numbers", 2, -2, 4, 2],
  ])("%s", (_, a, b, difference, relative) => {
    const { columns } = compared({ x: [a] }, { x: [b] });
    expect(columns[0]).toMatchObject({ relative, largest: { difference }, final: { difference } });
  });

  it("that diverged in one table is furthest apart there, on the scale of the rest", () => {
    const { columns } = compared({ x: [1, 2, 3] }, { x: [1, nan, 4] });
    expect(columns[0]).toMatchObject({
      largest: { step: 1, difference: infinity },
      final: { step: 2 },
    });
  });
});

it("spectra are compared by component, and rows by their number", () => {
  const found = compared(
    { step: [0, 1], top: [[2, 1], [2.5]], only: [1, null] },
    { step: [0, 7], top: [[2], [2, 1, 0]], more: [null, null] },
  );
  expect(found.columns.map(({ name, rows }) => [name, rows])).toEqual([["top[0]", 2]]);
  expect(found.onlyA).toEqual(["only"]);
  expect(found.onlyB).toEqual(["top[2]"]);
});

it("columns that nobody measured are not told of", () => {
  expect(compared({ x: [null, 1] }, { x: [null] })).toEqual({ columns: [], onlyA: [], onlyB: [] });
});

const values = fc.array(fc.option(fc.double()), { minLength: 1, maxLength: 8 });

it("a table is as far from another as that from it, and not at all from itself", () => {
  fc.assert(
    fc.property(values, values, (x, y) => {
      const [there, back] = [compared({ x }, { x: y }), compared({ x: y }, { x })];
      const mirrored = back.columns.map(({ final, largest, ...rest }) => ({
        ...rest,
        final: { ...final, a: final.b, b: final.a },
        largest: { ...largest, a: largest.b, b: largest.a },
      }));
      expect(there.columns).toEqual(mirrored);
      expect([there.onlyA, there.onlyB]).toEqual([back.onlyB, back.onlyA]);
      for (const { largest } of compared({ x }, { x }).columns) expect(largest.difference).toBe(0);
    }),
  );
});
