/** `cflow export`: a kept series as text. */
import { resolve } from "node:path";
import type { EngineName } from "../../engine/objective.js";
import { plan } from "../../plan/staleness.js";
import { readStage } from "../../runtime/stage-reader.js";
import type { SeriesTable } from "../../runtime/step.js";
import { CallError, exitCodes } from "../exit.js";
import { type FileOptions, load, planOf } from "../load.js";

export interface ExportCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
}

export async function exportStep(
  file: string,
  name: string,
  options: ExportCommandOptions,
): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const graph = planOf(program, options.engine);
  const cache = { root: resolve(options.cache) };
  const step = graph.steps.find((candidate) => candidate.name === name);
  const exportable = graph.steps.filter(({ length }) => length !== undefined);
  if (step?.length === undefined) {
    const names = exportable.map((each) => each.name).join(", ");
    throw new CallError(`'${name}' is no step with a series; there are ${names}`);
  }
  const planned = plan(graph, cache).find((each) => each.step === step)!;
  if (planned.status !== "cached") {
    throw new CallError(`'${name}' has not been computed yet: cflow run ${file}`);
  }
  const series = await readStage(cache, step.fingerprint, step.length).series();
  for (const line of csvLines(series)) process.stdout.write(`${line}\n`);
  return exitCodes.success;
}

/** A header and a line a row. Spectra spread over `name[0]`, `name[1]`, …; not measured is empty. */
export function* csvLines(table: SeriesTable): Generator<string> {
  const columns = table.columns.flatMap(({ name, type }) => {
    if (type !== "list<float64>") {
      const values = table.scalar(name);
      return [{ name, at: (row: number) => values[row] }];
    }
    const spectra = table.list(name);
    const longest = spectra.reduce((most, each) => Math.max(most, each?.length ?? 0), 0);
    return Array.from({ length: longest }, (_, i) => ({
      name: `${name}[${i}]`,
      at: (row: number) => spectra[row]?.[i],
    }));
  });
  yield columns.map(({ name }) => name).join(",");
  for (let row = 0; row < table.rows; row++) {
    yield columns.map(({ at }) => at(row) ?? "").join(",");
  }
}
