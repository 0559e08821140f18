/** Eigenvectors along paths on which it is known where they go next. */
import { describe, expect, it } from "vitest";
import { followed, predicted } from "../../src/dynamics/following.js";
import { noTrail, savedTrail, type Trail, trailColumns } from "../../src/dynamics/trail.js";
import { stepAlong, weightedDot } from "../../src/dynamics/weights.js";
import { type Vector, zerosLike } from "../../src/linalg/vector.js";

const n = 12;
const p = Float64Array.from({ length: n }, (_, i) => 1 + i / 4);

/** Vectors of unit P-norm that turn in two planes, by these angles. */
function turned(a: number, b: number): Vector[] {
  const at = (first: number, angle: number) => {
    const vector = new Float64Array(n);
    vector[first] = Math.cos(angle) / Math.sqrt(p[first]!);
    vector[first + 1] = Math.sin(angle) / Math.sqrt(p[first + 1]!);
    return vector;
  };
  return [at(0, a), at(4, b)];
}

function along(path: readonly Vector[][], settled = 2): Trail {
  return path.reduce<Trail>((trail, vectors) => followed(trail, vectors, settled, p), noTrail);
}

/** The P-norm of what `vectors` have outside the span of P-orthonormal `others`. */
function outside(vectors: readonly Vector[], others: readonly Vector[]): number {
  const inner = (x: Vector, y: Vector) => weightedDot(x, p, y);
  const squares = vectors.map((vector) => {
    const rest = others.reduce(
      (left, other) => stepAlong(left, other, 1, -inner(left, other)),
      vector,
    );
    return inner(rest, rest);
  });
  return Math.sqrt(Math.max(...squares));
}

const angles = (t: number): [number, number] => [0.01 * t, -0.02 * t];
const smooth = [0, 1, 2].map((t) => turned(...angles(t)));
const next = turned(...angles(3));

describe("a trail", () => {
  it("goes on as a steady turn does: off by the square of what the last vectors are", () => {
    const trail = along(smooth);
    expect(trail.factor).toBeCloseTo(1, 3);
    expect(outside(trail.vectors, next)).toBeCloseTo(0.02, 5);
    // A chord's end over an arc's: the angle squared.
    expect(outside(predicted(trail), next)).toBeLessThan(0.02 ** 2);
  });

  it("goes back where directions alternate", () => {
    const trail = along([0, 1, 0, 1].map((t) => turned(...angles(t))));
    expect(trail.factor).toBeCloseTo(-1, 3);
    expect(outside(predicted(trail), turned(...angles(0)))).toBeLessThan(0.02 ** 2);
  });

  it("stays where changes have nothing to do with each other", () => {
    const trail = along([turned(0, 0), turned(0.01, 0), turned(0.01, 0.01)]);
    expect(trail.factor).toBeCloseTo(0, 3);
    expect(outside(predicted(trail), trail.vectors)).toBeLessThan(1e-4);
  });

  it("knows neither signs nor how vectors of close eigenvalues mix", () => {
    const mixed = smooth.map((vectors, t) => {
      const [c, s] = [Math.cos(t), Math.sin(t)];
      const [x, y] = vectors as [Vector, Vector];
      const mix = (a: number, b: number) => stepAlong(stepAlong(zerosLike(x), x, 1, a), y, 1, b);
      return t % 2 === 0 ? [mix(c, s), mix(-s, c)] : [mix(-c, -s), mix(-s, c)];
    });
    expect(outside(predicted(along(mixed)), next)).toBeLessThan(0.02 ** 2);
  });

  it("leaves newcomers and what isn't right yet as they are", () => {
    const newcomer = new Float64Array(n);
    newcomer[9] = 1 / Math.sqrt(p[9]!);
    const last = smooth.map(([first]) => [first!]);
    const grown = followed(along(last, 1), [turned(0.03, 0)[0]!, newcomer], 2, p);
    expect(grown.changes).toHaveLength(1);
    expect(predicted(grown)[1]).toBe(newcomer);
    const guarded = along(smooth, 1);
    expect(predicted(guarded)[1]).toBe(smooth[2]![1]);
    expect(predicted(guarded)[0]).not.toBe(smooth[2]![0]);
    expect(along(smooth, 0).changes).toHaveLength(0);
  });

  it("comes back from a saved state as it was", () => {
    const trail = along(smooth);
    const other = along([smooth[1]!, smooth[0]!, smooth[1]!], 1);
    const tensors = [
      ...trailColumns(trail, "eigenvector"),
      ...trailColumns(other, "hessian_eigenvector"),
    ];
    const saved = { tensors, values: {} };
    expect(savedTrail(saved, "eigenvector")).toEqual(trail);
    expect(savedTrail(saved, "hessian_eigenvector")).toEqual(other);
    expect(savedTrail(undefined, "eigenvector")).toEqual(noTrail);
    expect(
      savedTrail({ tensors: [...trailColumns(noTrail, "eigenvector")], values: {} }, "eigenvector"),
    ).toEqual(noTrail);
  });
});
