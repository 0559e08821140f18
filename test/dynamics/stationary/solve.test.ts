/** The convex program of the stationary preconditioner: closed forms, weak duality, KKT conditions. */

import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  firstTermPreconditioner,
  stationaryPreconditioner,
} from "../../../src/dynamics/stationary/index.js";
import { leastPreconditioner } from "../../../src/dynamics/stationary/solve.js";
import { eigenvalues, operatorOf, withSpectrum } from "../../linalg/matrices.js";
import { primalOf, randomField, randomSymmetric, rounding, solved, verified } from "./support.js";

const tolerance = 1e-4;

describe("closed forms", () => {
  it("is max(b, h/2) for a diagonal Hessian", async () => {
    const h = [5, 2, 1, 0.3, -4, 0, 7, 3];
    const field = Float32Array.from([0.5, 2, 0.1, 1, 1, 0.25, 0.01, 1.4]);
    const matrix = Matrix.diag(h);
    const found = await solved({ operator: operatorOf(matrix), field, tolerance });
    verified(matrix, field, found, tolerance);
    const known = h.map((entry, i) => Math.max(field[i]!, entry / 2));
    const least = primalOf(known, field);
    expect(primalOf(found.preconditioner, field) / least - 1).toBeLessThan(tolerance);
    // Σ(P + b²/P) grows by at least (P − P*)²/P of a coordinate, so that is below the gap.
    found.preconditioner.forEach((p, i) => {
      expect((p - known[i]!) ** 2 / p).toBeLessThan(2 * tolerance * least);
    });
  });

  it("is |vᵢ|Σ|v|/2 for the first term of a Hessian vvᵀ", async () => {
    const v = [3, -1, 0.5, 2, 0.1, -0.7];
    const length = v.reduce((sum, x) => sum + Math.abs(x), 0);
    const column = Matrix.columnVector(v);
    const matrix = column.mmul(column.transpose());
    const found = await firstTermPreconditioner(operatorOf(matrix), new Float32Array(v.length), {
      tolerance,
    });
    if (found.outcome === "not finite") throw new Error("not finite");
    verified(matrix, new Float32Array(v.length), found, tolerance);
    // With P = P*(1 + e): tr P exceeds its minimum by the variance of e, weighted by |v|.
    let variance = 0;
    found.preconditioner.forEach((p, i) => {
      const share = Math.abs(v[i]!) / length;
      variance += share * (p / ((Math.abs(v[i]!) * length) / 2) - 1) ** 2;
    });
    expect(variance).toBeLessThan(2 * tolerance);
  });

  it("is |g|/η where the Hessian has no positive eigenvalue", async () => {
    const matrix = withSpectrum(Array.from({ length: 20 }, (_, i) => -i / 4));
    const gradient = randomField(20, 1, 3);
    const found = await stationaryPreconditioner(operatorOf(matrix), gradient, 0.5);
    if (found.outcome === "not finite") throw new Error("not finite");
    verified(
      matrix,
      gradient.map((g) => g / 0.5),
      found,
      tolerance,
    );
    // P + b²/P ≥ 2b + (P − b)²/P.
    const least = 2 * gradient.reduce((sum, g) => sum + g / 0.5, 0);
    found.preconditioner.forEach((p, i) => {
      expect((p - gradient[i]! / 0.5) ** 2 / p).toBeLessThan(tolerance * least);
    });
  });

  it("is zero where there is neither gradient nor positive curvature", async () => {
    const operator = operatorOf(Matrix.zeros(7, 7));
    const found = await solved({ operator, field: new Float32Array(7) });
    expect(found.preconditioner).toEqual(new Float32Array(7));
  });

  it("keeps an idle coordinate from anything but its floor", async () => {
    const matrix = Matrix.diag([4, 0, 2]);
    const field = Float32Array.of(1, 0, 3);
    const found = await solved({ operator: operatorOf(matrix), field });
    expect(found.preconditioner[1]).toBeGreaterThan(0);
    expect(found.preconditioner[1]).toBeLessThan(1e-6);
  });
});

const sizes = [2, 5, 12, 25, 40];
const cases = sizes.flatMap((n) => [0, 0.1, 1, 10].map((size) => ({ n, size })));

describe.each(cases)("a random Hessian of $n coordinates, field up to $size", ({ n, size }) => {
  const matrix = randomSymmetric(n, n);
  const field = randomField(n, size, 99);

  it.each([1e-4, 1e-5])("is optimal to %d, with a proof", async (gap) => {
    const found = await solved({ operator: operatorOf(matrix), field, tolerance: gap });
    const z = verified(matrix, field, found, gap);
    // KKT: 1 − bᵢ²/Pᵢ² = 2Zᵢᵢ. Terms of the gap are Pᵢ(√(1 − 2Zᵢᵢ) − bᵢ/Pᵢ)², all positive.
    let misfit = 0;
    let slack = 0;
    found.preconditioner.forEach((p, i) => {
      const spin = Math.sqrt(Math.max(0, 1 - 2 * z.get(i, i)));
      misfit += p * (spin - field[i]! / p) ** 2;
      slack += 2 * p * z.get(i, i);
    });
    slack -= Matrix.mul(matrix, z).sum();
    const primal = primalOf(found.preconditioner, field);
    expect(misfit).toBeLessThan((gap + 1e-5) * primal);
    expect(Math.abs(slack)).toBeLessThan((gap + 1e-5) * primal);
  });

  it("is a fixed point of ν ← g² + diag(HΣH), Σ = ½η²Z", async () => {
    const found = await solved({ operator: operatorOf(matrix), field, tolerance });
    const z = verified(matrix, field, found, tolerance);
    const curvature = matrix.mmul(z).mmul(matrix);
    const p = found.preconditioner;
    const idle = 1e-5 * ([...p].reduce((sum, entry) => sum + entry, 0) / n);
    p.forEach((entry, i) => {
      if (entry < idle) return;
      const next = Math.sqrt(field[i]! ** 2 + curvature.get(i, i) / 2);
      // P is that times one factor, 1 + e, which made it feasible; e² is below the gap or so.
      expect(Math.abs(entry / next - 1)).toBeLessThan(Math.sqrt(2 * tolerance));
    });
  });
});

describe("limits", () => {
  const n = 15;
  const matrix = randomSymmetric(n, 4);
  const gradient = randomField(n, 1, 5);

  it("tends to the first term's as η → ∞", async () => {
    const hat = await firstTermPreconditioner(operatorOf(matrix), gradient, { tolerance: 1e-5 });
    if (hat.outcome === "not finite") throw new Error("not finite");
    for (const learningRate of [1e2, 1e3]) {
      const bar = await stationaryPreconditioner(operatorOf(matrix), gradient, learningRate, {
        tolerance: 1e-5,
      });
      if (bar.outcome === "not finite") throw new Error("not finite");
      const [least, most] = [hat.certificate.dual, bar.certificate.primal];
      // tr P̂ ≤ tr P̄ + ‖g‖²/η² ≤ tr P̂ + 2Σ|g|/η: by the dual, whose spins are at most 1.
      const field = gradient.reduce((sum, g) => sum + g / learningRate, 0);
      expect(most).toBeGreaterThan(least * (1 - 3e-5));
      expect(most).toBeLessThan((hat.certificate.primal + 2 * field) * (1 + 3e-5));
    }
  });

  it("scales with H and b", async () => {
    const field = randomField(n, 0.5, 6);
    const one = await solved({ operator: operatorOf(matrix), field });
    // A power of two: exactly the same computation.
    const large = Matrix.mul(matrix, 1024);
    const many = await solved({ operator: operatorOf(large), field: field.map((b) => 1024 * b) });
    const ratio = many.certificate.primal / one.certificate.primal;
    expect(Math.abs(ratio / 1024 - 1)).toBeLessThan(rounding + 1e-4);
  });
});

describe("runs", () => {
  const n = 40;
  const matrix = randomSymmetric(n, 8);
  const field = randomField(n, 0.5, 9);

  it("give equal bytes", async () => {
    const [a, b] = [
      await solved({ operator: operatorOf(matrix), field }),
      await solved({ operator: operatorOf(matrix), field }),
    ];
    expect(a).toEqual(b);
  });

  it("cost less from the factor of a problem nearby", async () => {
    const before = await solved({ operator: operatorOf(matrix), field });
    const moved = Matrix.add(matrix, Matrix.mul(randomSymmetric(n, 10), 1e-3));
    const cold = await solved({ operator: operatorOf(moved), field });
    const operator = operatorOf(moved);
    const warm = await solved({ operator, field, start: before.factor });
    verified(moved, field, warm, tolerance);
    expect(warm.products).toBeLessThan(cold.products / 2);
    expect(operator.calls.reduce((sum, count) => sum + count, 0)).toBe(warm.products);
  });

  it("find directions that their start does not contain", async () => {
    const found = await solved({ operator: operatorOf(matrix), field, start: [] });
    verified(matrix, field, found, tolerance);
    expect(found.factor.length).toBeGreaterThan(1);
  });

  it.each([1e-2, 1e-4, 1e-6])("see a newcomer whose rows are %d of the others", async (scale) => {
    // A block that its field just held alone, until it grows by 3%: the dual rises by less than
    // float32 can tell, and gradients grow before they vanish.
    const [large, small] = [40, 10];
    const block = randomSymmetric(small, 12);
    const held = (scale * eigenvalues(block)[0]!) / 2;
    const pull = randomField(large + small, 1, 4).map((x, i) => (i < large ? x : held));
    const blocks = (growth: number) => {
      const whole = Matrix.zeros(large + small, large + small);
      whole.setSubMatrix(randomSymmetric(large, 3), 0, 0);
      whole.setSubMatrix(Matrix.mul(block, scale * growth), large, large);
      return whole;
    };
    const exact = { field: pull, tolerance: 1e-5 };
    const before = await solved({ ...exact, operator: operatorOf(blocks(0.99)) });
    const grown = blocks(1.02);
    const found = await solved({
      ...exact,
      operator: operatorOf(grown),
      start: before.factor,
      guard: before.guard!,
    });
    verified(grown, pull, found, 1e-5);
    expect(found.factor.length).toBeGreaterThan(before.factor.length);
    expect(found.products).toBeLessThan(600);
  });

  it("give no column where the field alone holds H", async () => {
    const held = field.map((b) => b + 20);
    expect(eigenvalues(matrix)[0]).toBeLessThan(40);
    const found = await solved({ operator: operatorOf(matrix), field: held, tolerance: 1e-5 });
    expect(found.factor).toEqual([]);
  });

  it("cost less again with the guard of a problem nearby", async () => {
    const wide = 200;
    const [near, far] = [randomSymmetric(wide, 13), Matrix.mul(randomSymmetric(wide, 14), 1e-3)];
    const b = randomField(wide, 5, 15);
    const before = await solved({ operator: operatorOf(near), field: b });
    const moved = Matrix.add(near, far);
    const request = { operator: operatorOf(moved), field: b, start: before.factor };
    const without = await solved(request);
    const guarded = await solved({ ...request, guard: before.guard! });
    verified(moved, b, guarded, tolerance);
    expect(guarded.products).toBeLessThan(without.products);
  });

  it("give the images of the factor", async () => {
    const found = await solved({ operator: operatorOf(matrix), field });
    const images = await operatorOf(matrix)(found.factor);
    expect(found.images).toEqual(images);
  });

  it("say so when their budget does not suffice", async () => {
    const request = { operator: operatorOf(matrix), field, tolerance: 1e-9, products: 1 };
    const found = await leastPreconditioner(request);
    if (found.outcome === "not finite") throw new Error("not finite");
    expect(found.outcome).toBe("inexact");
    expect(found.certificate.gap).toBeGreaterThan(1e-9);
  });

  it("say so when products are not finite", async () => {
    const broken = await leastPreconditioner({
      field,
      operator: async (vectors) => vectors.map((v) => v.map(() => Number.NaN)),
    });
    expect(broken.outcome).toBe("not finite");
  });
});
