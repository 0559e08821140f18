/** Minima over positive semidefinite matrices of a given trace, against closed forms and conditions. */
import * as fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { frobenius, leastEigenvalue } from "../../src/linalg/dense.js";
import { solveWithTrace } from "../../src/linalg/fixed-trace.js";
import { applyOnSvec, svecLength } from "../../src/linalg/svec.js";

function solved(offset: Matrix, operator: Matrix, trace: number): Matrix {
  const found = solveWithTrace({ offset, operator }, trace);
  if (found.outcome !== "solved") throw new Error(found.outcome);
  expect(found.residual).toBeLessThan(1e-8);
  return found.x;
}

describe("closed forms", () => {
  it("is the trace itself for one dimension", () => {
    const x = solved(new Matrix([[3]]), new Matrix([[2]]), 0.7);
    expect(x.get(0, 0)).toBeCloseTo(0.7, 9);
  });

  it("lies in the direction that A favours where nothing couples", () => {
    // Minimize ⟨A, X⟩ alone: all of the trace at A's least eigenvalue.
    const x = solved(
      new Matrix([
        [1, 0],
        [0, -2],
      ]),
      Matrix.zeros(3, 3),
      2,
    );
    expect(x.get(1, 1)).toBeCloseTo(2, 6);
    expect(Math.abs(x.get(0, 0))).toBeLessThan(1e-6);
  });

  it("is shared so that both stay together", () => {
    // ½(x² + y²) − 0.1x with x + y = 1: x − y = 0.1.
    const x = solved(
      new Matrix([
        [-0.1, 0],
        [0, 0],
      ]),
      Matrix.eye(3),
      1,
    );
    expect(x.get(0, 0)).toBeCloseTo(0.55, 8);
    expect(x.get(1, 1)).toBeCloseTo(0.45, 8);
  });

  it("says when numbers are not finite", () => {
    expect(
      solveWithTrace({ offset: new Matrix([[Number.NaN]]), operator: Matrix.eye(1) }, 1),
    ).toEqual({
      outcome: "not finite",
    });
  });
});

it("meets the conditions for any problem", () => {
  const entry = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 1000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(entry, { minLength: 200, maxLength: 200 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (k, values, trace) => {
        const next = values.values();
        const random = (rows: number, columns: number) =>
          new Matrix(
            Array.from({ length: rows }, () =>
              Array.from({ length: columns }, () => next.next().value ?? 0.5),
            ),
          );
        const half = random(k, k);
        const offset = Matrix.add(half, half.transpose());
        const factor = random(svecLength(k), svecLength(k));
        const operator = factor.mmul(factor.transpose());
        const x = solved(offset, operator, trace);
        const slack = Matrix.add(offset, applyOnSvec(operator, x));
        // With μ from X's own direction, slack + μI is orthogonal to X and positive semidefinite.
        const multiplier = -frobenius(slack, x) / trace;
        slack.add(Matrix.eye(k).mul(multiplier));
        const scale = offset.norm() + operator.norm() * trace;
        expect(Math.abs(x.trace() / trace - 1)).toBeLessThan(1e-8);
        expect(leastEigenvalue(x)).toBeGreaterThanOrEqual(-1e-7 * trace);
        expect(leastEigenvalue(slack)).toBeGreaterThanOrEqual(-1e-6 * scale);
      },
    ),
    { numRuns: 100, seed: 7 },
  );
});
