/**
 * Where eigenvectors go next. Along a smooth flow a step changes them almost as the step before did,
 * so U + (U − U₋₁) is off by the square of what U is; while weights oscillate with period two they
 * return instead, and U − (U − U₋₁) is near. So the last change is taken θ times, the θ that would
 * have predicted it best from the one before. An eigensolver that starts there has less to do.
 *
 * Eigenvectors have no signs, and those of close eigenvalues mix: the vectors before are compared as
 * far as they span the new ones, by their components U₋₁ᵀPU.
 */
import { Matrix } from "ml-matrix";
import { combine, gram } from "../linalg/blocks.js";
import { dot } from "../linalg/dot.js";
import type { NotFinite } from "../linalg/eigenpairs.js";
import {
  type TrackedEigenpairs,
  type TrackedPoint,
  type TrackerSettings,
  trackEigenpairs,
} from "../linalg/eigentracker.js";
import type { Preconditioner } from "../linalg/operator.js";
import type { Vector } from "../linalg/vector.js";
import { noTrail, type Trail } from "./trail.js";
import { stepAlong, timesPreconditioner } from "./weights.js";

/** Tracked eigenpairs at the next point of a trail, and the trail that leads on from there. */
export async function followEigenpairs(
  settings: TrackerSettings,
  point: TrackedPoint,
  trail: Trail,
): Promise<{ readonly found: TrackedEigenpairs | NotFinite; readonly trail: Trail }> {
  const found = await trackEigenpairs(settings, point, predicted(trail));
  if (found.outcome === "not finite") return { found, trail };
  const settled = found.values.filter((value) => value > settings.above).length;
  return { found, trail: followed(trail, found.vectors, settled, point.preconditioner) };
}

/** Least squared length of a new vector within the span of those before it. */
const known = 0.8;

/** U + θ(U − U₋₁), where there are changes. */
export function predicted({ vectors, changes, factor }: Trail): readonly Vector[] {
  if (factor === 0) return vectors;
  return vectors.map((vector, i) => {
    const change = changes[i];
    return change === undefined ? vector : stepAlong(vector, change, 1, factor);
  });
}

/** After the next eigenvectors were found, the first `settled` of them as right as asked. */
export function followed(
  trail: Trail,
  vectors: readonly Vector[],
  settled: number,
  preconditioner: Preconditioner,
): Trail {
  const before = trail.vectors.slice(0, trail.settled);
  const next = { ...noTrail, vectors, settled };
  if (before.length === 0 || settled === 0) return next;
  const weighted = vectors
    .slice(0, settled)
    .map((vector) => timesPreconditioner(vector, preconditioner, 1));
  const components = gram(before, weighted);
  const lengths = components.transpose().mmul(components).diagonal();
  // A newcomer among them: what is before it in the list stayed.
  const unknown = lengths.findIndex((length) => length < known);
  const count = unknown < 0 ? settled : unknown;
  if (count === 0) return next;
  const kept = components.subMatrix(0, before.length - 1, 0, count - 1);
  const changes = combine([...vectors.slice(0, count), ...before], stacked(count, kept));
  return { ...next, changes, factor: factorOf(trail.changes, kept, changes) };
}

/** [I; −C]: from [U, U₋₁] to U − U₋₁C. */
function stacked(count: number, components: Matrix): Matrix {
  const result = Matrix.zeros(count + components.rows, count);
  result.setSubMatrix(Matrix.eye(count), 0, 0);
  result.setSubMatrix(Matrix.mul(components, -1), count, 0);
  return result;
}

/** θ that brings the changes before, seen in the new vectors' components, nearest to the new ones. */
function factorOf(
  before: readonly Vector[],
  components: Matrix,
  changes: readonly Vector[],
): number {
  if (before.length === 0) return 0;
  const seen = combine(
    before,
    components.subMatrix(0, before.length - 1, 0, components.columns - 1),
  );
  const square = seen.reduce((sum, change) => sum + dot(change, change), 0);
  const common = seen.reduce((sum, change, i) => sum + dot(change, changes[i]!), 0);
  return square > 0 ? Math.max(-1, Math.min(1, common / square)) : 0;
}
