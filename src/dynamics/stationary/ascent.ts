/**
 * Ascent of the dual by limited-memory BFGS on the spheres (Liu & Nocedal, Math. Program. 45, 1989;
 * Huang, Gallivan & Absil, SIAM J. Optim. 25, 2015, with projection as vector transport).
 *
 * The Hessian of F along the spheres is H − 2P on each column, so P, known at every point, is the natural
 * metric: it is the inverse Hessian that the method starts from. The first step, x + G̃/(2P), is the
 * one of the generalized power method x ← G/‖G‖, which is the fixed-point iteration of ν.
 */
import { dot } from "../../linalg/dot.js";
import { type Vector, zerosLike } from "../../linalg/vector.js";
import { type Dual, type Evaluation, evaluate, hiddenRise } from "./dual.js";
import { retracted, rowProducts, rowsScaled, tangent } from "./spheres.js";

const memory = 10;
/** Share of the first-order gain that a step must reach (Armijo). */
const sufficient = 1e-4;
const shortest = 2 ** -8;
/** P counts as at least this share of its mean in the metric; rows without field or curvature have none. */
const leastShare = 1e-7;

export interface Ascent {
  /** `stuck`: no step along the gradient raises F by more than rounding. */
  readonly outcome: "aligned" | "stuck" | "iteration limit" | "not finite";
  readonly evaluation: Evaluation;
  readonly iterations: number;
}

interface Pair {
  readonly step: Vector;
  /** Fall of the gradient along the step. */
  readonly fall: Vector;
  /** 1 / ⟨step, fall⟩. */
  readonly weight: number;
}

export interface Goal {
  /** Of the misalignment. */
  readonly tolerance: number;
  /** Iterations to take even so: the mean doesn't see rows that are much smaller than others. */
  readonly least: number;
  readonly most: number;
}

/** Until the goal is reached. F never falls by more than rounding. */
export async function ascend(
  dual: Dual,
  start: Evaluation,
  { tolerance, least, most }: Goal,
): Promise<Ascent> {
  const n = dual.field.length;
  let current = start;
  let pairs: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    if (!Number.isFinite(current.value)) {
      return { outcome: "not finite", evaluation: current, iterations };
    }
    if (current.misalignment <= tolerance && iterations >= least) {
      return { outcome: "aligned", evaluation: current, iterations };
    }
    if (iterations >= most) return { outcome: "iteration limit", evaluation: current, iterations };

    const { point, gradient } = current;
    let direction = tangent(point, quasiNewton(current, pairs), n);
    let slope = dot(direction, gradient);
    if (!(slope > 0)) {
      pairs = [];
      direction = tangent(point, quasiNewton(current, pairs), n);
      slope = dot(direction, gradient);
    }
    const next = await search(dual, current, direction, slope);
    if (!next) {
      if (pairs.length === 0) return { outcome: "stuck", evaluation: current, iterations };
      pairs = [];
      continue;
    }
    const step = tangent(next.point, difference(next.point, point), n);
    const fall = difference(tangent(next.point, gradient, n), next.gradient);
    const along = dot(step, fall);
    if (along > 0) pairs = [...pairs.slice(1 - memory), { step, fall, weight: 1 / along }];
    current = next;
  }
}

/** The two-loop recursion: the approximate inverse of −∇²F times the gradient. */
function quasiNewton({ gradient, preconditioner }: Evaluation, pairs: readonly Pair[]): Vector {
  const metric = inverseMetric(preconditioner, pairs.at(-1));
  let direction: Vector = gradient.slice();
  const coefficients = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, fall, weight } = pairs[k]!;
    coefficients[k] = weight * dot(step, direction);
    add(direction, fall, -coefficients[k]!);
  }
  direction = rowsScaled(direction, metric);
  const last = pairs.at(-1);
  if (last) {
    // The scale that fits the newest pair in this metric.
    const scale = 1 / (last.weight * dot(last.fall, rowsScaled(last.fall, metric)));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  pairs.forEach(({ step, fall, weight }, k) => {
    add(direction, step, coefficients[k]! - weight * dot(fall, direction));
  });
  return direction;
}

/**
 * One over the curvature of a row: 2P, or what the newest pair shows where that is more, as in rows
 * whose P vanishes because H alone holds them back.
 */
function inverseMetric(preconditioner: Float64Array, newest: Pair | undefined): Float64Array {
  const n = preconditioner.length;
  const mean = preconditioner.reduce((sum, p) => sum + p, 0) / n;
  const metric = preconditioner.map((p) => 2 * Math.max(p, leastShare * mean));
  if (newest) {
    const steps = rowProducts(newest.step, newest.step, n);
    const falls = rowProducts(newest.fall, newest.fall, n);
    for (let i = 0; i < n; i++) {
      if (steps[i]! > 0) metric[i] = Math.max(metric[i]!, Math.sqrt(falls[i]! / steps[i]!));
    }
  }
  return metric.map((curvature) => 1 / curvature);
}

/**
 * The first step of length 1, ½, ¼, … that raises F enough; undefined when none does. Where rounding
 * hides the rise it is taken from the slopes at both ends (as in Hager & Zhang, SIAM J. Optim. 16,
 * 2005): close to the top, and on the way out of a saddle, where few small rows have to grow.
 */
async function search(
  dual: Dual,
  current: Evaluation,
  direction: Vector,
  slope: number,
): Promise<Evaluation | undefined> {
  const n = dual.field.length;
  for (let length = 1; length >= shortest; length /= 2) {
    const next = await evaluate(dual, retracted(current.point, direction, length, n));
    const seen = next.value - current.value;
    const hidden = Math.abs(seen) <= hiddenRise(current);
    const rise = hidden ? (length * (slope + dot(direction, next.gradient))) / 2 : seen;
    if (rise >= sufficient * length * slope) return next;
  }
  return undefined;
}

function difference(x: Vector, y: Vector): Vector {
  const result = zerosLike(x);
  for (let i = 0; i < x.length; i++) result[i] = x[i]! - y[i]!;
  return result;
}

function add(x: Vector, y: Vector, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i]! += factor * y[i]!;
}
