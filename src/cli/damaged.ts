/** Reading results that may turn out to be damaged: what a call says then. */
import { DamagedStage } from "../runtime/cache.js";
import { StepFailure } from "../runtime/step.js";

/**
 * @param what     is read, as in `the kept result of 'eos.central'`
 * @param command  computes it
 * @throws StepFailure if it isn't what its record says
 */
export async function reading<T>(
  what: string,
  command: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DamagedStage)) throw error;
    throw new StepFailure(
      `${what} is damaged: ${error.damage.what}`,
      `cflow verify --repair sets it aside, and ${command} computes it again`,
    );
  }
}
