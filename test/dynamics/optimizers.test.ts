/** What the flows take from optimizers, against finite differences and against steps by hand. */
import { describe, expect, it } from "vitest";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import type { OptimizerKind, OptimizerState } from "../../src/dynamics/optimizers/optimizer.js";
import { rmsprop } from "../../src/dynamics/optimizers/rmsprop.js";
import { scalarRmsprop } from "../../src/dynamics/optimizers/scalar-rmsprop.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import type { Preconditioner } from "../../src/linalg/operator.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, problemOf } from "../support/process.js";

const lr = 0.25;
const beta2 = 0.75;
const kappa = (1 - beta2) / beta2;

const variants = [gd, scalarRmsprop, rmsprop].flatMap((kind) => {
  if (kind === gd) return [{ kind, label: "gd", eps: 0, bias_correction: false }];
  return [0, 0.125].flatMap((eps) =>
    [false, true].map((bias_correction) => {
      const label = `${kind.name}, ε = ${eps}, ${bias_correction ? "" : "no "}bias correction`;
      return { kind, label, eps, bias_correction };
    }),
  );
});

const g = Float32Array.of(1, -0.5, 2);
const entries = (p: Preconditioner) => (typeof p === "number" ? [p] : [...p]);

function momentsOf(kind: OptimizerKind): Float64Array {
  if (kind === gd) return Float64Array.of();
  return kind === rmsprop ? Float64Array.of(4, 0.5, 2) : Float64Array.of(3);
}

describe.each(variants)("$label", ({ kind, eps, bias_correction }) => {
  const optimizer = kind.with(kind === gd ? { lr } : { lr, beta2, eps, bias_correction });
  const moments = momentsOf(kind);
  const state: OptimizerState = { t: 3, moments };

  it.each([
    ["the state", 1, 0],
    ["time", 0, 1],
    ["both", 1, 1],
  ])("has the rate of P along %s", (_, along, time) => {
    const direction = moments.map((_, i) => along * (0.5 - i));
    const at = (h: number) =>
      entries(
        optimizer.preconditioner({
          t: state.t + h * time,
          moments: moments.map((nu, i) => nu + h * direction[i]!),
        }),
      );
    const h = 2 ** -6;
    const [ahead, behind] = [at(h), at(-h)];
    entries(optimizer.preconditionerRate(state, { moments: direction, time })).forEach(
      (rate, i) => {
        // Third derivatives of √ν̂/η here are below 100, and P is rounded to float32.
        const truncation = (100 * h * h) / 6;
        const rounding = (2 ** -24 * ahead[i]!) / h;
        const difference = (ahead[i]! - behind[i]!) / (2 * h);
        expect(Math.abs(rate - difference)).toBeLessThan(truncation + 2 * rounding);
      },
    );
  });

  it("has f's second derivatives in the gradient", () => {
    const [a, b] = [Float32Array.of(1, 2, -1), Float32Array.of(0.5, -1, 4)];
    const f = (s: number, t: number) =>
      optimizer.rate(
        state,
        g.map((x, i) => x + s * a[i]! + t * b[i]!),
      );
    // f is quadratic in g, and all numbers have few bits.
    const mixed = f(1, 1).map((value, i) => value - f(1, 0)[i]! - f(0, 1)[i]! + f(0, 0)[i]!);
    const curvature = optimizer.curvature(state, a, b);
    expect(curvature).toHaveLength(moments.length);
    curvature.forEach((value, i) => {
      expect(value).toBeCloseTo(mixed[i]!, 12);
    });
  });

  it("moves the state by its rate there: ν_t − ν_{t−1} = κ(g² − ν_t)", () => {
    const after = optimizer.update(state, g);
    expect(after.t).toBe(state.t + 1);
    optimizer.rate(after, g).forEach((rate, i) => {
      expect(after.moments[i]! - moments[i]!).toBeCloseTo(rate, 14);
    });
  });
});

describe("RMSProp's steps", () => {
  // L = ½(4x² + y²): g = (4x, y).
  const bowl = objectiveOf(
    polynomial("xy", [
      [2, "xx"],
      [0.5, "yy"],
    ]),
  );
  const start = [1, -2];
  const slopes = [4, 1];

  it.each([true, false])(
    "are those of the textbook, bias correction %s",
    async (bias_correction) => {
      const eps = 0.01;
      const optimizer = rmsprop.with({ lr, beta2, eps, bias_correction });
      const { weights } = await follow(
        discrete,
        problemOf({ objective: bowl, optimizer }),
        start,
        5,
      );
      const w = [...start];
      const average = [0, 0];
      for (const [t, found] of weights.entries()) {
        w.forEach((x, i) => {
          // Each of so many steps rounds once to float32; the iteration contracts.
          expect(Math.abs(found[i]! - x)).toBeLessThan((t + 1) * 2 ** -22);
          const gradient = slopes[i]! * x;
          average[i] = beta2 * average[i]! + (1 - beta2) * gradient ** 2;
          const corrected = bias_correction ? average[i]! / (1 - beta2 ** (t + 1)) : average[i]!;
          w[i] = x - (lr * gradient) / (Math.sqrt(corrected) + eps);
        });
      }
    },
  );

  it("first goes by η along the gradient's signs, with bias correction and without ε", async () => {
    const optimizer = rmsprop.with({ lr, beta2, bias_correction: true });
    const { weights } = await follow(discrete, problemOf({ objective: bowl, optimizer }), start, 2);
    expect([...weights[1]!]).toEqual([1 - lr, -2 + lr]);
  });
});

it("changes no P where there never was a gradient, whatever rounding leaves in an eigenvector", () => {
  const optimizer = rmsprop.with({ lr, beta2, eps: 1e-7 });
  const state = optimizer.update(optimizer.initial(2), Float32Array.of(0, 1));
  expect(optimizer.rate(state, Float32Array.of(0, 1))[0]).toBe(0);
  const noisy = Float32Array.of(1e-6, 1);
  const moved = optimizer.curvature(state, noisy, noisy);
  const [dead, live] = entries(optimizer.preconditionerRate(state, { moments: moved, time: 1 }));
  expect(dead).toBe(0);
  expect(live).toBeCloseTo((2 * kappa) / (2 * lr * Math.sqrt(1 - beta2)), 6);
});
