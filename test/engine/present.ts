/** The engines that this machine has; the others must say why they can't be used. */
import { type Engine, EngineUnavailable, engineNames, openEngine } from "../../src/engine/index.js";

export async function presentEngines(threads = 1): Promise<Engine[]> {
  const engines: Engine[] = [];
  for (const name of engineNames) {
    try {
      engines.push(await openEngine(name, { threads }));
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
    }
  }
  return engines;
}
