/**
 * Runs a process along time: measures, advances, keeps rows, snapshots and now and then the state
 * from which it can go on. Ends early, with what it has, when the process diverges.
 */
import { compareSettings } from "../dynamics/blocks/compare.js";
import { snapshotSettings } from "../dynamics/blocks/snapshots.js";
import { processKinds } from "../dynamics/index.js";
import { isFiniteRow } from "../dynamics/observe.js";
import type { Problem } from "../dynamics/problem.js";
import type { Process, SavedState } from "../dynamics/processes/process.js";
import type { Vector } from "../engine/objective.js";
import {
  type Checkpoint,
  Interrupted,
  type JsonObject,
  type SeriesRow,
  type StepContext,
  type TensorColumn,
} from "../runtime/step.js";
import { columnOf, complete } from "./columns.js";
import { setUp } from "./problem.js";
import { startOf } from "./start.js";

export async function run(context: StepContext): Promise<void> {
  const { problem, dispose } = await setUp(context);
  try {
    await follow(context, problem);
  } finally {
    await dispose();
  }
}

async function follow(context: StepContext, problem: Problem): Promise<void> {
  const { out, resume, signal, length = 0 } = context;
  const kind = processKinds.find(({ name }) => name === context.kind)!;
  const start = await startOf(context, problem.optimizer);
  const saved: SavedState | undefined = resume;
  const process = await kind.begin(problem, start, saved);
  const columns = kind.series.map(columnOf);
  const series = await out.series(columns);
  const keeper = keeperOf(context, process);

  let notes = resume?.notes ?? {};
  const checkpoint = (rows: number) => (): Checkpoint => ({ rows, ...process.save(), notes });
  for (let step = resume?.rows ?? 0; step < length; step++) {
    if (signal.aborted) {
      await out.checkpoint(checkpoint(step), true);
      throw new Interrupted();
    }
    const measured = await process.measure();
    await keeper(step);
    const diverged = !isFiniteRow(measured);
    const row = diverged ? measured : { ...measured, ...(await process.advance()) };
    series.append(complete(columns, row));
    context.progress({ done: step + 1, total: length, values: shown(row) });
    if (diverged) {
      out.note({ diverged_at: step });
      return;
    }
    notes = keyNumbers(row);
    await out.checkpoint(checkpoint(step + 1));
  }
  await out.checkpoint(checkpoint(length), true);
}

/** What a line of progress says of a row. */
function shown(row: SeriesRow): Record<string, number> {
  const spectrum = row.effective_eigenvalues as Float64Array | null;
  return {
    loss: row.train_loss as number,
    ...(spectrum?.length && { top: spectrum[0]! }),
    ...(typeof row.critical === "number" && { critical: row.critical }),
  };
}

/** What a summary says of the last row. */
function keyNumbers(row: SeriesRow): JsonObject {
  const [top] = (row.effective_eigenvalues ?? []) as readonly number[];
  const { train_loss: loss, test_accuracy, critical } = row;
  const numbers = { last_step: row.step, loss, test_accuracy, top_eigenvalue: top, critical };
  return Object.fromEntries(
    Object.entries(numbers).filter(([, value]) => Number.isFinite(value)),
  ) as JsonObject;
}

/** Keeps the weights where the flow asks for them, and where processes are compared. */
function keeperOf({ parameters, out }: StepContext, process: Process) {
  const snapshots = snapshotSettings.optional().parse(parameters.snapshots);
  const compare = compareSettings.optional().parse(parameters.compare);
  const due = (step: number, of: { every: number } | undefined) => of && step % of.every === 0;
  return async (step: number): Promise<void> => {
    if (!due(step, snapshots) && !due(step, compare)) return;
    await out.snapshot(step, vector("weights", process.weights()));
    if (!due(step, compare)) return;
    for (const direction of process.directions?.() ?? []) {
      await out.snapshot(step, vector("direction", direction), "directions");
    }
  };
}

function vector(name: string, values: Vector): TensorColumn {
  return { name, shape: [values.length], values };
}
