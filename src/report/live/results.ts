/** Series while steps run: what is kept, and of what is being made the rows so far. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StepGraph } from "../../plan/graph.js";
import { type Cache, partialFolder, seriesStream } from "../../runtime/layout.js";
import type { SeriesTable } from "../../runtime/step.js";
import { keptSeries, readingOnce, type SeriesReader } from "../kept-series.js";

/** Reads each table once: a later look needs another reader. Rejects as that of what is kept. */
export function seriesSoFar(graph: StepGraph, cache: Cache): SeriesReader {
  const kept = keptSeries(graph, cache);
  return readingOnce(async (name) => (await kept(name)) ?? growingSeries(name, graph, cache));
}

async function growingSeries(
  name: string,
  graph: StepGraph,
  cache: Cache,
): Promise<SeriesTable | undefined> {
  const { readGrowingSeries } = await import("../../runtime/arrow/series.js");
  const step = graph.steps.find((each) => each.name === name);
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
