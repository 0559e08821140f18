/** Files can change between plan and run: then what was read is not what the fingerprint says. */
import type { Settings } from "../dsl/vocabulary.js";
import { exactJson } from "../plan/canonical.js";
import { type JsonObject, StepFailure } from "../runtime/step.js";

/** Fails the step unless `identity`, taken after reading, is among the parameters it was planned with. */
export function assertUnchanged(identity: Settings, planned: JsonObject): void {
  for (const [name, value] of Object.entries(identity as JsonObject)) {
    if (planned[name] === undefined || exactJson(planned[name]) !== exactJson(value)) {
      throw new StepFailure(`the file of '${name}' changed after the run was planned`, "run again");
    }
  }
}
