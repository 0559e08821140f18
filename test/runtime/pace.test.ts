/** How long rows took: by a clock that the tests turn. */
import { describe, expect, it } from "vitest";
import { findStage } from "../../src/runtime/cache.js";
import { mostParts, type Pace, partsOf, stopwatch } from "../../src/runtime/pace.js";
import { run, stepOf, temporaryCache, walkGraph } from "./harness.js";

const sum = (seconds: readonly number[]) => seconds.reduce((total, each) => total + each, 0);

function watched(
  rows: readonly (readonly [rows: number, seconds: number])[],
  from = 0,
  known?: Pace,
) {
  let time = 0;
  const watch = stopwatch(from, known, () => time);
  for (const [count, seconds] of rows) {
    time += 1000 * seconds;
    watch.mark(count);
  }
  return watch.pace();
}

describe("a pace", () => {
  it("has a part a row while there are few", () => {
    expect(
      watched([
        [1, 2],
        [2, 0.5],
        [3, 1],
      ]),
    ).toEqual({ every: 1, seconds: [2, 0.5, 1] });
  });

  it("joins parts in pairs where they become many", () => {
    const rows = 2 * mostParts + 1;
    const pace = watched(Array.from({ length: rows }, (_, i) => [i + 1, i] as const))!;
    expect(pace.every).toBe(4);
    expect(pace.seconds.slice(0, 2)).toEqual([0 + 1 + 2 + 3, 4 + 5 + 6 + 7]);
    expect(pace.seconds).toHaveLength(Math.ceil(rows / 4));
    expect(sum(pace.seconds)).toBe((rows * (rows - 1)) / 2);
    expect(partsOf(pace, rows).at(-1)).toEqual({ first: rows - 1, rows: 1, seconds: rows - 1 });
  });

  it("divides the time of rows that come together evenly", () => {
    expect(watched([[4, 2]])!.seconds).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it("leaves out what passes without rows", () => {
    expect(
      watched([
        [1, 1],
        [1, 7],
        [2, 3],
      ])!.seconds,
    ).toEqual([1, 3]);
  });

  it("goes on where it was", () => {
    const first = watched(Array.from({ length: 66 }, (_, i) => [i + 1, 1] as const))!;
    expect(first).toEqual({ every: 2, seconds: Array(33).fill(2) });
    expect(watched([[67, 5]], 66, first)!.seconds.at(-1)).toBe(5);
    expect(watched([[68, 5]], 67, watched([[67, 5]], 66, first))!.seconds.at(-1)).toBe(10);
  });

  it("is unknown where that of earlier rows is", () => {
    expect(watched([[67, 5]], 66)).toBeUndefined();
  });
});

it("a trajectory's record has it, of all its rows, also where it was continued", async () => {
  const cache = temporaryCache();
  for (const length of [50, 130]) {
    const graph = walkGraph(length);
    const start = performance.now();
    await run(graph, cache);
    const taken = (performance.now() - start) / 1000;
    const { fingerprint } = stepOf(graph, "walk");
    const { pace, rows } = findStage(cache, fingerprint, length).stage!.record;
    const parts = partsOf(pace!, rows!);
    expect(parts.reduce((total, part) => total + part.rows, 0)).toBe(length);
    for (const { seconds } of parts) expect(seconds).toBeGreaterThan(0);
    if (length === 50) expect(sum(pace!.seconds)).toBeLessThan(taken);
  }
});
