/** What there is of flows while they run: what is kept, and of what is being made the rows so far. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cache, partialFolder, seriesStream } from "../../runtime/layout.js";
import type { SeriesTable } from "../../runtime/step.js";
import { type FlowResults, flowResults } from "../flow-results.js";

export const resultsSoFar: typeof flowResults = async (program, graph, cache) => {
  const { readGrowingSeries } = await import("../../runtime/arrow/series.js");
  const soFar = (name: string): SeriesTable | undefined => {
    const step = graph.steps.find((each) => each.name === name);
    if (step?.length === undefined) return undefined;
    const bytes = streamOf(step.fingerprint, cache);
    return bytes && readGrowingSeries(bytes, step.length);
  };
  const kept = await flowResults(program, graph, cache);
  return kept.map((flow, i): FlowResults => {
    const processes = new Map<string, SeriesTable>();
    for (const { name } of program.flows[i]!.processes) {
      const table = flow.processes.get(name) ?? soFar(`${flow.name}.${name}`);
      if (table) processes.set(name, table);
    }
    const compare = flow.compare ?? soFar(`${flow.name}.compare`);
    return { ...flow, processes, ...(compare && { compare }) };
  });
};

/** Undefined before there is one, and once it has become a stage. */
function streamOf(fingerprint: string, cache: Cache): Uint8Array | undefined {
  try {
    return readFileSync(join(partialFolder(cache, fingerprint), seriesStream));
  } catch {
    return undefined;
  }
}
