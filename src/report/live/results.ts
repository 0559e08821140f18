/** Series while steps run: what is kept, and of what is being made the rows so far. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Step, StepGraph } from "../../plan/graph.js";
import { type Cache, partialFolder, seriesStream } from "../../runtime/layout.js";
import type { SeriesTable } from "../../runtime/step.js";
import { keptResults, type ResultReader, readingOnce, stepsByName } from "../kept-results.js";

/** Looks at each result once: a later look needs another reader. Throws as that of what is kept. */
export function resultsSoFar(graph: StepGraph, cache: Cache): ResultReader {
  const kept = keptResults(graph, cache);
  const stepNamed = stepsByName(graph);
  return {
    ...kept,
    series: readingOnce(
      async (name) => (await kept.series(name)) ?? growingSeries(stepNamed(name), cache),
    ),
  };
}

async function growingSeries(
  step: Step | undefined,
  cache: Cache,
): Promise<SeriesTable | undefined> {
  const { readGrowingSeries } = await import("../../runtime/arrow/series.js");
  if (step?.length === undefined) return undefined;
  const bytes = streamOf(step.fingerprint, cache);
  return bytes && readGrowingSeries(bytes, step.length);
}

/** Undefined before there is one, and once it has become a stage. */
function streamOf(fingerprint: string, cache: Cache): Uint8Array | undefined {
  try {
    return readFileSync(join(partialFolder(cache, fingerprint), seriesStream));
  } catch {
    return undefined;
  }
}
