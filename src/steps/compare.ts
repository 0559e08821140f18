/** Compares the processes of a flow at the steps whose weights they keep: one row a step. */
import { compareSettings } from "../dynamics/blocks/compare.js";
import { compareWeights, comparisonSeries } from "../dynamics/comparison.js";
import { processKinds } from "../dynamics/index.js";
import type { Vector } from "../engine/objective.js";
import {
  type Checkpoint,
  Interrupted,
  type Snapshots,
  type StepContext,
  type TensorColumn,
} from "../runtime/step.js";
import { columnOf, complete } from "./columns.js";

export async function run(context: StepContext): Promise<void> {
  const { inputs, out, resume, signal, length = 0 } = context;
  const { every } = compareSettings.parse(context.parameters.compare);
  const processes = processKinds.map(({ name }) => name).filter((name) => name in inputs);
  const weights = new Map<string, ReadonlyMap<number, TensorColumn[]>>();
  for (const name of processes) weights.set(name, byStep(await inputs[name]!.snapshots()));
  const directions = byStep(await inputs.central?.snapshots("directions"));

  const columns = comparisonSeries(processes).map(columnOf);
  const series = await out.series(columns);
  // Every row stands for itself: there is no state but their number.
  const checkpoint = (rows: number) => (): Checkpoint => ({
    rows,
    tensors: [{ name: "rows", shape: [], values: Float64Array.of(rows) }],
    values: {},
    notes: {},
  });
  for (let step = resume?.rows ?? 0; step < length; step++) {
    if (signal.aborted) {
      await out.checkpoint(checkpoint(step), true);
      throw new Interrupted();
    }
    const measured =
      step % every === 0
        ? compareWeights(
            processes,
            (process) => vectors(weights.get(process)!.get(step))[0],
            vectors(directions.get(step)),
          )
        : {};
    series.append(complete(columns, { step, ...measured }));
    context.progress({ done: step + 1, total: length, values: {} });
    await out.checkpoint(checkpoint(step + 1));
  }
  await out.checkpoint(checkpoint(length), true);
}

function byStep(snapshots: Snapshots | undefined): ReadonlyMap<number, TensorColumn[]> {
  const found = new Map<number, TensorColumn[]>();
  snapshots?.tensors.forEach((tensor, i) => {
    const step = snapshots.steps[i]!;
    found.set(step, [...(found.get(step) ?? []), tensor]);
  });
  return found;
}

function vectors(tensors: readonly TensorColumn[] = []): Vector[] {
  return tensors.map(({ values }) => values as Vector);
}
