/**
 * Processes side by side: how far apart they are, and how far the optimizer is from the central flow
 * along the directions in which the flow predicts that it oscillates (arXiv:2410.24206). With
 * Σ = V diag(x) Vᵀ, VᵀPV = I, the displacement δ = w_t − w(t) has E(vᵢᵀPδ)² = xᵢ: the mean square of
 * `discrete_displacements[i]` is what `oscillation_variances[i]` predicts.
 */
import type { SeriesDescription } from "../dsl/vocabulary.js";
import { dot } from "../linalg/dot.js";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow } from "../runtime/step.js";
import { distance } from "./weights.js";

/** The flow that predicts oscillations, and the processes whose displacements from it are measured. */
const flow = "central";
const displaced = ["discrete", "midpoint"];

const distanceOf = (a: string, b: string) => `distance_${a}_${b}`;
const displacements = (process: string) => `${process}_displacements`;

/** Of a flow that runs these processes, in the order of their registry. */
export function comparisonSeries(processes: readonly string[]): SeriesDescription[] {
  return [
    { name: "step", kind: "scalar", doc: "Number of the optimizer step." },
    ...pairsOf(processes).map(
      ([a, b]): SeriesDescription => ({
        name: distanceOf(a, b),
        kind: "scalar",
        doc: `Distance between the weights of ${a} and ${b}.`,
      }),
    ),
    ...displacedOf(processes).map(
      (process): SeriesDescription => ({
        name: displacements(process),
        kind: "list",
        doc: `Displacement of ${process} from the central flow along Σ's eigenvectors, in the norm of P.`,
      }),
    ),
  ];
}

/** Weights of each process at one step; a process that ended before has none. */
export function compareWeights(
  processes: readonly string[],
  weightsOf: (process: string) => Vector | undefined,
  /** PV of the central flow, by descending variance. */
  directions: readonly Vector[],
): SeriesRow {
  const distances = pairsOf(processes).map(([a, b]) => {
    const [x, y] = [weightsOf(a), weightsOf(b)];
    return [distanceOf(a, b), x && y ? distance(x, y) : null] as const;
  });
  const centre = weightsOf(flow);
  const along = displacedOf(processes).map((process) => {
    const weights = weightsOf(process);
    const delta = weights && centre && weights.map((w, i) => w - centre[i]!);
    return [displacements(process), delta ? directions.map((each) => dot(each, delta)) : null];
  });
  return Object.fromEntries([...distances, ...along]);
}

function pairsOf(processes: readonly string[]): (readonly [string, string])[] {
  return processes.flatMap((a, i) => processes.slice(i + 1).map((b) => [a, b] as const));
}

function displacedOf(processes: readonly string[]): readonly string[] {
  return processes.includes(flow) ? displaced.filter((each) => processes.includes(each)) : [];
}
