/** What is kept of a flow: the series of its processes, which figures are made of. */
import type { Program } from "../dsl/program.js";
import type { Settings } from "../dsl/vocabulary.js";
import { examplesOf, outputSettings } from "../dynamics/blocks/outputs.js";
import type { PacePart } from "../runtime/pace.js";
import type { SeriesTable } from "../runtime/step.js";
import type { ResultReader } from "./kept-results.js";

export interface FlowResults {
  /** With its swept values: `eos[lr=0.02]`. */
  readonly name: string;
  /** Of the processes that it has and whose results are kept: `discrete`, `central`. */
  readonly processes: ReadonlyMap<string, SeriesTable>;
  /** How long steps of these processes took, where that is on record. */
  readonly paces?: ReadonlyMap<string, readonly PacePart[]>;
  /** Distances and displacements, where the flow compares its processes and they are kept. */
  readonly compare?: SeriesTable;
  /** Places of the examples whose outputs it keeps, in their order in the lists. */
  readonly examples?: { readonly train: readonly number[]; readonly test: readonly number[] };
}

/** Flows in the program's order. Rejects as the reader does. */
export async function flowResults(program: Program, results: ResultReader): Promise<FlowResults[]> {
  const found: FlowResults[] = [];
  for (const { name, processes, blocks } of program.flows) {
    const tables = new Map<string, SeriesTable>();
    const paces = new Map<string, readonly PacePart[]>();
    for (const { name: process } of processes) {
      const table = await results.series(`${name}.${process}`);
      const pace = results.pace(`${name}.${process}`);
      if (table) tables.set(process, table);
      if (pace) paces.set(process, pace);
    }
    const compare = await results.series(`${name}.compare`);
    const examples = blocks.outputs && chosenExamples(blocks.outputs.settings);
    found.push({
      name,
      processes: tables,
      paces,
      ...(compare && { compare }),
      ...(examples && { examples }),
    });
  }
  return found;
}

function chosenExamples(settings: Settings) {
  const { train, test } = outputSettings.parse(settings);
  return { train: examplesOf(train), test: examplesOf(test) };
}
