/** The series of a step of a plan, if they are kept. */
import type { StepGraph } from "../plan/graph.js";
import { contentsOf } from "../results/kept.js";
import { findStage } from "../runtime/cache.js";
import { type Cache, seriesFile } from "../runtime/layout.js";
import type { SeriesTable } from "../runtime/step.js";

/** Of a trajectory, or of a command. Throws `DamagedStage` for a result that isn't what its record says. */
export async function keptSeries(
  name: string,
  graph: StepGraph,
  cache: Cache,
): Promise<SeriesTable | undefined> {
  const step = graph.steps.find((each) => each.name === name);
  if (!step || (step.length === undefined && step.kind !== "command")) return undefined;
  const { kind, fingerprint, length } = step;
  const { stage } = findStage(cache, fingerprint, length);
  if (!stage?.record.files.some((file) => file.name === seriesFile)) return undefined;
  const kept = { cache, name, kind, fingerprint, stage, ...(length !== undefined && { length }) };
  const contents = await contentsOf(kept, seriesFile);
  return contents.form === "series" ? contents.table : undefined;
}
