/** The engines that this machine has; of the others, why not. */
import {
  type Engine,
  type EngineName,
  EngineUnavailable,
  engineNames,
  openEngine,
} from "../src/engine/index.js";

export interface Engines {
  readonly present: readonly Engine[];
  readonly absent: readonly { readonly name: EngineName; readonly why: string }[];
}

export async function openEngines(threads: number): Promise<Engines> {
  const present: Engine[] = [];
  const absent: { name: EngineName; why: string }[] = [];
  for (const name of engineNames) {
    try {
      present.push(await openEngine(name, { threads }));
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      absent.push({ name, why: error.message });
    }
  }
  return { present, absent };
}
