/** Schedules at points that can be worked out by hand, and optimizers that follow them. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScheduleValue } from "../../src/dsl/call-value.js";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import type { Optimizer } from "../../src/dynamics/optimizers/optimizer.js";
import { scalarRmsprop } from "../../src/dynamics/optimizers/scalar-rmsprop.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { scheduleKinds, scheduleOf } from "../../src/dynamics/schedules/index.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, problemOf } from "../support/process.js";

const constant = (value: number) => ({ schedule: "constant", value });
const linear = (from: number, to: number, steps: number) => ({
  schedule: "linear",
  from,
  to,
  steps,
});
const cosine = (from: number, steps: number, floor = 0.01) => ({
  schedule: "cosine",
  from,
  steps,
  floor,
});
const warmup = (target: number | ScheduleValue, steps: number) => ({
  schedule: "warmup",
  target,
  steps,
});
const piecewise = (...pieces: readonly (readonly [number, number])[]) => ({
  schedule: "piecewise",
  pieces,
});

describe("values at known times", () => {
  it.each<[string, number | ScheduleValue, readonly (readonly [t: number, value: number])[]]>([
    ["a number", 0.3, [[1, 0.3]]],
    ["constant", constant(0.3), [[1, 0.3]]],
    [
      "linear up",
      linear(1, 3, 4),
      [
        [0, 1],
        [1, 1.5],
        [3.5, 2.75],
        [4, 3],
        [9, 3],
      ],
    ],
    [
      "linear down",
      linear(0.5, 0.25, 2),
      [
        [1, 0.375],
        [2, 0.25],
        [3, 0.25],
      ],
    ],
    // ½(1 + cos π/3) = ¾ and ½(1 + cos π/2) = ½ of the way above the floor.
    [
      "cosine",
      cosine(2, 6, 0.5),
      [
        [0, 2],
        [2, 1.75],
        [3, 1.5],
        [6, 1],
        [7, 1],
      ],
    ],
    [
      "warmup to a number",
      warmup(0.8, 4),
      [
        [1, 0.2],
        [2.5, 0.5],
        [4, 0.8],
        [5, 0.8],
      ],
    ],
    [
      "warmup into a schedule, whose time goes on below it",
      warmup(linear(1, 3, 4), 2),
      [
        [1, 0.75],
        [2, 2],
        [3, 2.5],
        [5, 3],
      ],
    ],
    [
      "piecewise",
      piecewise([0, 0.1], [5, 0.01], [7, 0.5]),
      [
        [0, 0.1],
        [4.999, 0.1],
        [5, 0.01],
        [6, 0.01],
        [7, 0.5],
        [100, 0.5],
      ],
    ],
  ])("%s", (_name, given, points) => {
    const schedule = scheduleOf(given);
    for (const [t, value] of points) expect(schedule.value(t)).toBeCloseTo(value, 14);
  });

  it("cosine ends at a hundredth unless it is told otherwise", () => {
    const schedule = scheduleOf({ schedule: "cosine", from: 0.02, steps: 1000 });
    expect(schedule.value(1000)).toBeCloseTo(0.0002, 16);
  });
});

const largest = 10;
const value = fc.double({ min: 1e-4, max: largest, noNaN: true });
const steps = fc.integer({ min: 1, max: 50 });
const plain: fc.Arbitrary<ScheduleValue> = fc.oneof(
  value.map(constant),
  fc.tuple(value, value, steps).map(([from, to, n]) => linear(from, to, n)),
  fc
    .tuple(value, steps, fc.double({ min: 1e-3, max: 1, noNaN: true }))
    .map(([from, n, floor]) => cosine(from, n, floor)),
  fc
    .tuple(value, fc.uniqueArray(fc.tuple(steps, value), { selector: ([start]) => start }))
    .map(([first, later]) => piecewise([0, first], ...later.sort(([a], [b]) => a - b))),
);
const any = fc.oneof(
  plain,
  fc.tuple(fc.oneof(value, plain), steps).map(([target, n]) => warmup(target, n)),
);

/** Corners and jumps of all these lie at whole t; the middle of a step has none within 0.4. */
const middles = Array.from({ length: 60 }, (_, i) => i + 0.5);

describe("every schedule", () => {
  it("is positive from the first step on", () => {
    fc.assert(
      fc.property(any, fc.double({ min: 1, max: 200, noNaN: true }), (given, t) => {
        expect(scheduleOf(given).value(t)).toBeGreaterThan(0);
      }),
    );
  });

  it("has the rate of its finite differences", () => {
    fc.assert(
      fc.property(any, (given) => {
        const schedule = scheduleOf(given);
        const h = 1e-4;
        // A cosine c of one step is the steepest: |c″| ≤ π²/2 and |c‴| ≤ π³/2 times its height, and
        // times a ramp of one step |(tc)‴| ≤ |c‴| + 3|c″|. Rounding adds some 1e-16 of a value, over h.
        const third = (largest / 2) * (Math.PI ** 3 + 3 * Math.PI ** 2);
        const bound = (third * h ** 2) / 6 + (largest * 1e-15) / h;
        for (const t of middles) {
          const difference = (schedule.value(t + h) - schedule.value(t - h)) / (2 * h);
          expect(Math.abs(schedule.rate(t) - difference)).toBeLessThan(bound);
        }
      }),
    );
  });

  it("has at a corner the rate of what comes after", () => {
    expect(scheduleOf(linear(1, 3, 4)).rate(4)).toBe(0);
    expect(scheduleOf(warmup(0.8, 4)).rate(4)).toBe(0);
    expect(scheduleOf(warmup(linear(1, 3, 4), 2)).rate(2)).toBe(0.5);
    expect(scheduleOf(cosine(1, 4)).rate(4)).toBe(0);
  });

  it("has settings that say what they are", () => {
    for (const { settings, positional } of scheduleKinds) {
      for (const schema of Object.values(settings.shape)) expect(schema.description).toMatch(/\.$/);
      for (const name of positional) expect(settings.shape).toHaveProperty(name);
    }
  });
});

describe("pieces that cannot be followed", () => {
  const { settings } = scheduleKinds.find(({ name }) => name === "piecewise")!;
  it.each<[string, readonly unknown[], string, readonly PropertyKey[]]>([
    ["none", [], "Too small: expected array to have >=1 items", ["pieces"]],
    ["a late beginning", [[5, 1]], "the first piece must begin at 0", ["pieces", 0, 0]],
    [
      "a piece that begins with the one before it",
      [
        [0, 1],
        [9, 2],
        [9, 3],
      ],
      "a piece must begin after the one before it, at 9",
      ["pieces", 2, 0],
    ],
    [
      "a value that isn't positive",
      [
        [0, 1],
        [9, 0],
      ],
      "Too small: expected number to be >0",
      ["pieces", 1, 1],
    ],
  ])("%s", (_name, pieces, message, path) => {
    const { error } = settings.safeParse({ pieces });
    expect(error!.issues.map((issue) => [issue.message, issue.path])).toEqual([[message, path]]);
  });
});

/** P of a state and dP/dt along a flow whose moments stand still. */
function followed(optimizer: Optimizer, moments: Float64Array) {
  return {
    value: (t: number) => optimizer.preconditioner({ t, moments }) as number,
    rate: (t: number) =>
      optimizer.preconditionerRate(
        { t, moments },
        { moments: moments.map(() => 0), time: 1 },
      ) as number,
  };
}

describe("an optimizer's P follows the learning rate", () => {
  it("gradient descent: P = 1/η(t), dP/dt = −η′/η²", () => {
    // η = 2 − t/4 on the way down.
    const { value: p, rate } = followed(gd.with({ lr: linear(2, 1, 4) }), new Float64Array(0));
    expect([1, 2, 4, 9].map(p)).toEqual([1 / 1.75, 1 / 1.5, 1, 1]);
    expect([1, 2, 4].map(rate)).toEqual([0.25 / 1.75 ** 2, 0.25 / 1.5 ** 2, -0]);
  });

  it("scalar RMSProp: P = (√ν̂ + ε)/η(t), bias correction included, by finite differences", () => {
    const lr = warmup(cosine(0.3, 40), 10);
    const optimizer = scalarRmsprop.with({ lr, beta2: 0.9, eps: 0.1, bias_correction: true });
    const { value: p, rate } = followed(optimizer, Float64Array.of(4));
    const difference = (t: number, h: number) => (p(t + h) - p(t - h)) / (2 * h);
    const h = 1e-3;
    for (const t of [1.5, 7, 12, 30, 50]) {
      const found = difference(t, h);
      // The error of a central difference grows with h²: at 2h there are three more of it.
      const error = Math.abs(difference(t, 2 * h) - found) / 2;
      const rounding = (p(t) * 1e-15) / h;
      expect(Math.abs(rate(t) - found)).toBeLessThan(error + rounding);
    }
  });
});

it("a discrete run takes its steps by the schedule, the first at t = 1", async () => {
  // ∇L = w on ½w², so that wₜ = wₜ₋₁(1 − η(t)); all numbers are exact in float32.
  const lr = warmup(piecewise([0, 0.5], [3, 0.25]), 2);
  const objective = objectiveOf(polynomial("x", [[0.5, "xx"]]));
  const problem = problemOf({ objective, optimizer: gd.with({ lr }), eigenvalues: null });
  const { weights } = await follow(discrete, problem, [64], 5);
  const path = weights.map(([w]) => w);
  expect(path).toEqual([64, 64 * 0.75, 64 * 0.75 * 0.5, 64 * 0.375 * 0.75, 64 * 0.375 * 0.75 ** 2]);
});
