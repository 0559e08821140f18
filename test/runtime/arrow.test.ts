/** Arrow files: what is written is read, nulls and NaN apart, and equal values give equal bytes. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Float16,
  makeData,
  makeVector,
  RecordBatchReader,
  Table,
  tableFromArrays,
  tableToIPC,
} from "apache-arrow";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileWriter, readBatches, streamWriter } from "../../src/runtime/arrow/ipc.js";
import { readSeries, SeriesBuffer, writeSeries } from "../../src/runtime/arrow/series.js";
import { readSnapshots, snapshotBatch, snapshotSchema } from "../../src/runtime/arrow/snapshots.js";
import { readTensors, writeTensors } from "../../src/runtime/arrow/tensors.js";
import { digestOf, type Put } from "../../src/runtime/files.js";
import type { SeriesColumn, SeriesRow, TensorColumn } from "../../src/runtime/step.js";
import { growSnapshots, keptSnapshots } from "../../src/runtime/streams.js";
import { temporaryFolder } from "./harness.js";

function bytes(write: (put: Put) => void): Uint8Array {
  const pieces: Uint8Array[] = [];
  write((piece) => pieces.push(piece.slice()));
  return new Uint8Array(Buffer.concat(pieces));
}

const columns: readonly SeriesColumn[] = [
  { name: "step", type: "int32" },
  { name: "loss", type: "float64" },
  { name: "spectrum", type: "list<float64>" },
];

const rowArbitrary: fc.Arbitrary<SeriesRow> = fc.record({
  step: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  loss: fc.option(fc.double()),
  spectrum: fc.option(fc.array(fc.double(), { maxLength: 4 })),
});

function seriesOf(rows: readonly SeriesRow[]): SeriesBuffer {
  const series = new SeriesBuffer(columns);
  for (const row of rows) series.append(row);
  return series;
}

describe("series", () => {
  it("come back as they were, nulls, NaN, empty lists and no rows included", () => {
    fc.assert(
      fc.property(fc.array(rowArbitrary, { maxLength: 30 }), fc.nat(30), (rows, count) => {
        const file = bytes((put) => writeSeries(seriesOf(rows), put));
        const table = readSeries(file, count);
        const kept = rows.slice(0, count);
        expect(table.rows).toBe(kept.length);
        expect(table.columns).toEqual(columns);
        expect(table.scalar("step")).toEqual(kept.map(({ step }) => step));
        expect(table.scalar("loss")).toEqual(kept.map(({ loss }) => loss));
        expect(table.list("spectrum").map((list) => list && [...list])).toEqual(
          kept.map(({ spectrum }) => spectrum),
        );
      }),
    );
  });

  it("of other programs have numbers of any size, but for half floats", () => {
    const table = tableFromArrays({
      int64: BigInt64Array.of(-1n, 2n ** 40n),
      uint32: Uint32Array.of(1, 2 ** 32 - 1),
      int8: Int8Array.of(-1, 1),
      float32: Float32Array.of(0.5, Number.NaN),
    });
    const series = readSeries(tableToIPC(table, "file"));
    expect(series.columns).toEqual([
      { name: "int64", type: "float64" },
      { name: "uint32", type: "float64" },
      { name: "int8", type: "int32" },
      { name: "float32", type: "float64" },
    ]);
    expect(series.columns.map(({ name }) => series.scalar(name))).toEqual([
      [-1, 2 ** 40],
      [1, 2 ** 32 - 1],
      [-1, 1],
      [0.5, Number.NaN],
    ]);
    const half = makeData({ type: new Float16(), data: Uint16Array.of(0x3800) });
    const halves = tableToIPC(new Table({ half: makeVector(half) }), "file");
    expect(() => readSeries(halves)).toThrow("column 'half' of type Float16 is no series");
  });

  it("have the same bytes however the rows were batched on the way", () => {
    const rows = Array.from({ length: 2500 }, (_, step) => ({
      step,
      loss: step % 3 === 0 ? null : 1 / step,
      spectrum: new Float64Array(step % 3).fill(step),
    }));
    const straight = bytes((put) => writeSeries(seriesOf(rows), put));
    const batched = (size: number) => {
      const stream = bytes((put) => {
        const writer = streamWriter(new SeriesBuffer(columns).schema, put);
        for (let from = 0; from < rows.length; from += size) {
          writer.write(seriesOf(rows.slice(from, from + size)).batch());
        }
      });
      const again = new SeriesBuffer(columns);
      for (const batch of RecordBatchReader.from(stream)) again.appendBatch(batch);
      return bytes((put) => writeSeries(again, put));
    };
    expect(batched(64)).toEqual(straight);
    expect(batched(1000)).toEqual(straight);
    expect(readSeries(straight).rows).toBe(2500);
  });

  it.each([
    [{ step: 1.5 }, "series 'step' takes 32-bit integers, not 1.5"],
    [{ loss: [1] }, "series 'loss' takes numbers"],
    [{ spectrum: 1 }, "series 'spectrum' takes lists"],
    [{ accuracy: 1 }, "there is no series 'accuracy' to append to"],
  ])("refuse %j and stay as they were", (row, message) => {
    const series = seriesOf([]);
    expect(() => series.append(row as SeriesRow)).toThrow(message);
    expect(series.rows).toBe(0);
    expect(series.table().scalar("loss")).toEqual([]);
  });

  it("tell which series there are", () => {
    const table = seriesOf([]).table();
    expect(() => table.scalar("los")).toThrow(
      "there is no series 'los', only step, loss, spectrum",
    );
    expect(() => table.scalar("spectrum")).toThrow("series 'spectrum' holds lists a row");
  });
});

const tensorArbitrary = (name: string): fc.Arbitrary<TensorColumn> =>
  fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const length = { minLength: size, maxLength: size };
    return fc
      .oneof(fc.float32Array(length), fc.float64Array(length), fc.int32Array(length))
      .map((values) => ({ name, shape, values }) as TensorColumn);
  });

describe("tensors", () => {
  it("come back with shape, type and bits, scalars and empty ones included", () => {
    fc.assert(
      fc.property(tensorArbitrary("a"), tensorArbitrary("b"), (a, b) => {
        const { tensors } = readTensors(bytes((put) => writeTensors([a, b], put)));
        expect([...tensors.values()]).toEqual([a, b]);
      }),
    );
  });

  it("are read without being copied", () => {
    const weights = { name: "w", shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
    const file = bytes((put) => writeTensors([weights], put));
    expect(readTensors(file).tensors.get("w")!.values.buffer).toBe(file.buffer);
  });

  it("must fill their shape and have different names", () => {
    const values = new Float32Array(3);
    expect(() => bytes((put) => writeTensors([{ name: "w", shape: [2, 2], values }], put))).toThrow(
      "tensor 'w' of shape [2, 2] has 3 values instead of 4",
    );
    const tensor = { name: "w", shape: [3], values };
    expect(() => bytes((put) => writeTensors([tensor, tensor], put))).toThrow(
      "two tensors are named 'w'",
    );
  });
});

describe("snapshots", () => {
  const weights = (step: number): TensorColumn => ({
    name: "weights",
    shape: [2, 1],
    values: Float32Array.of(step, -step),
  });
  const schema = snapshotSchema(weights(0));

  it("come back up to a row", () => {
    const file = bytes((put) => {
      const writer = fileWriter(schema, put);
      for (const step of [0, 10, 20]) writer.write(snapshotBatch(schema, step, weights(step)));
      writer.end();
    });
    expect(readSnapshots(file, 20)).toEqual({
      steps: Int32Array.of(0, 10),
      tensors: [weights(0), weights(10)],
    });
  });

  it("are the same file whether it grew at once or after any break", () => {
    const steps = [0, 10, 20, 30];
    const whole = bytes((put) => {
      const writer = fileWriter(schema, put);
      for (const step of steps) writer.write(snapshotBatch(schema, step, weights(step)));
      writer.end();
    });
    for (let at = 1; at <= steps.length; at++) {
      const folder = temporaryFolder();
      const path = join(folder, "growing.arrow");
      const before = growSnapshots(path, weights(0), 0);
      for (const step of steps.slice(0, at)) before.append(step, weights(step));
      before.sync();
      before.close();
      const after = keptSnapshots(path, at)!;
      for (const step of steps.slice(at)) after.append(step, weights(step));
      const { size, sha256 } = after.finish(join(folder, "whole.arrow"));
      const written = readFileSync(join(folder, "whole.arrow"));
      expect(Buffer.from(whole).equals(written)).toBe(true);
      expect([size, sha256]).toEqual([
        written.length,
        digestOf(join(folder, "whole.arrow")).sha256,
      ]);
    }
  });

  it("keep the shape they began with", () => {
    const other = { ...weights(1), shape: [1, 2] };
    expect(() => snapshotBatch(schema, 1, other)).toThrow("snapshots hold 'weights'");
  });
});

describe("a file", () => {
  it("is a stream after its first eight bytes, as the format says", async () => {
    const series = seriesOf([{ step: 1 }, { step: 2 }]);
    const path = join(temporaryFolder(), "a.arrow");
    writeFileSync(
      path,
      bytes((put) => writeSeries(series, put)),
    );
    const rows: number[] = [];
    for (const batch of readBatches(path, "file")) rows.push(batch.numRows);
    expect(rows).toEqual([2]);
  });
});

describe("a stream that was cut", () => {
  it("gives the batches that are whole, then an error", async () => {
    const path = join(temporaryFolder(), "a.arrows");
    const series = seriesOf([{ step: 1 }, { step: 2 }]);
    const stream = bytes((put) => {
      const writer = streamWriter(series.schema, put);
      for (let i = 0; i < 3; i++) writer.write(series.batch());
    });
    writeFileSync(path, stream.subarray(0, stream.length - 1));
    let rows = 0;
    const read = async () => {
      for (const batch of readBatches(path, "stream")) rows += batch.numRows;
    };
    const open = () => readdirSync("/proc/self/fd").length;
    const before = process.platform === "linux" ? open() : 0;
    await expect(read()).rejects.toThrow();
    expect(rows).toBe(4);
    if (process.platform === "linux") expect(open()).toBe(before);
  });
});
