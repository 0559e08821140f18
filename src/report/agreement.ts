/**
 * How well a central flow predicts its optimizer, in numbers, beside the flow without oscillations:
 * the loss against its smoothed course, the squared gradient norm over windows, the variances of
 * oscillations, and the distance in weights over the path's length (arXiv:2410.24206 shows these as
 * figures). Counted from the step at which the first eigenvalue turns critical.
 */
import { claimFunctions, type Series } from "../claims/functions.js";
import type { SeriesTable } from "../runtime/step.js";

/** Series of a flow's steps by process, and of `compare`. */
export type FlowTables = ReadonlyMap<string, SeriesTable>;

export interface Agreement {
  readonly quantity: string;
  /** Error of the central flow, relative to the optimizer's value; of distances, to the path. */
  readonly central: number;
  /** Of the stable flow; null where it predicts nothing. */
  readonly stable: number | null;
}

/** Standard deviation of the smoothing, in steps. */
export const smoothing = 10;
/** In steps: longer than the cycles in which oscillations burst and damp themselves. */
export const windowLength = 100;

/** Of a flow with `discrete`, `midpoint`, `central`, `stable` and `compare`. */
export function agreementOf(flow: FlowTables): readonly Agreement[] {
  const [discrete, central, stable] = ["discrete", "central", "stable"].map((name) =>
    table(flow, name),
  ) as [SeriesTable, SeriesTable, SeriesTable];
  const from = central.scalar("critical").findIndex((count) => count !== null && count > 0);
  if (from < 0) throw new Error("no eigenvalue of the central flow turns critical");
  const smooth = functionNamed("smooth");
  const relativeError = functionNamed("relative_error");
  // A smoothed series says nothing within two standard deviations of its ends.
  const smoothed = (series: Series) =>
    (smooth([series, smoothing]) as Series).slice(Math.max(from, 2 * smoothing), -2 * smoothing);
  const averaged = (predicted: Series, observed: Series) =>
    relativeError([smoothed(predicted), smoothed(observed)]) as number;
  const windowed = (predicted: Series, observed: Series) =>
    relativeError([windows(predicted.slice(from)), windows(observed.slice(from))]) as number;
  const nu = discrete.scalar("nu_mean");
  return [
    {
      quantity: "training loss, smoothed",
      central: averaged(central.scalar("predicted_loss"), discrete.scalar("train_loss")),
      stable: averaged(stable.scalar("train_loss"), discrete.scalar("train_loss")),
    },
    {
      quantity: `squared gradient norm, in windows of ${windowLength} steps`,
      central: windowed(central.scalar("predicted_grad_norm_sq"), discrete.scalar("grad_norm_sq")),
      stable: windowed(stable.scalar("grad_norm_sq"), discrete.scalar("grad_norm_sq")),
    },
    ...(nu.some((value) => value !== null)
      ? [
          {
            quantity: "mean of ν, smoothed",
            central: averaged(central.scalar("nu_mean"), nu),
            stable: averaged(stable.scalar("nu_mean"), nu),
          },
        ]
      : []),
    ...variances(flow, from),
    {
      quantity: "largest distance to the midpoints, over their path's length",
      central: distance(flow, "distance_midpoint_central"),
      stable: distance(flow, "distance_midpoint_stable"),
    },
  ];
}

/** The sum of Σ's eigenvalues against the mean square displacement along their eigenvectors. */
function variances(flow: FlowTables, from: number): Agreement[] {
  const predicted = table(flow, "central").list("oscillation_variances");
  const displaced = table(flow, "compare").list("discrete_displacements");
  let [expected, observed] = [0, 0];
  for (const [step, along] of displaced.entries()) {
    if (step < from || !along) continue;
    expected += sum(predicted[step] ?? []);
    observed += sum(along.map((value) => value ** 2));
  }
  const central = Math.abs(expected / observed - 1);
  return [{ quantity: "variance along the critical eigenvectors", central, stable: null }];
}

function distance(flow: FlowTables, column: string): number {
  const measured = table(flow, "compare")
    .scalar(column)
    .filter((value) => value !== null);
  const path = sum(table(flow, "midpoint").scalar("step_norm"));
  return Math.max(...measured) / path;
}

export interface Cost {
  readonly trainLoss: number;
  readonly predictedLoss: number;
  readonly products: number;
  readonly thirdDerivatives: number;
}

/** Mean relative distance of one integration of a central flow from another, and what it took. */
export function integrationError(found: SeriesTable, converged: SeriesTable): Cost {
  const relativeError = functionNamed("relative_error");
  const error = (column: string) =>
    relativeError([found.scalar(column), converged.scalar(column)]) as number;
  return {
    trainLoss: error("train_loss"),
    predictedLoss: error("predicted_loss"),
    products: sum(found.scalar("hvps")),
    thirdDerivatives: sum(found.scalar("third_derivatives")),
  };
}

/** Means of whole windows. */
function windows(series: Series): number[] {
  const count = Math.floor(series.length / windowLength);
  return Array.from({ length: count }, (_, i) => {
    const within = series.slice(i * windowLength, (i + 1) * windowLength);
    return sum(within) / windowLength;
  });
}

function sum(values: Iterable<number | null>): number {
  let total = 0;
  for (const value of values) total += value ?? 0;
  return total;
}

function table(flow: FlowTables, name: string): SeriesTable {
  const found = flow.get(name);
  if (!found) throw new Error(`the flow does not run ${name}`);
  return found;
}

function functionNamed(name: string) {
  return claimFunctions.find((each) => each.name === name)!.evaluate;
}
