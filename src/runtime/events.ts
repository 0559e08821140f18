/** What a run tells on the way and in the end. */
import type { PlannedStep } from "../plan/staleness.js";
import type { Failure } from "./failure.js";
import type { Owner } from "./lock.js";
import type { JsonObject, Progress } from "./step.js";

export type RunEvent =
  | { readonly type: "planned"; readonly plan: readonly PlannedStep[] }
  | { readonly type: "started"; readonly step: string; readonly threads: number }
  /** A trajectory goes on after so many rows. */
  | { readonly type: "resumed"; readonly step: string; readonly rows: number }
  | { readonly type: "progress"; readonly step: string; readonly progress: Progress }
  | { readonly type: "log"; readonly step: string; readonly line: string }
  /** Another run makes it; absent owner: not known. */
  | {
      readonly type: "waiting";
      readonly step: string;
      readonly owner?: Owner;
      readonly lock: string;
    }
  /** It failed in a way that may pass, and is tried once more from what it kept. */
  | { readonly type: "retried"; readonly step: string; readonly failure: Failure }
  /** What killed processes were making is now made by this run. */
  | { readonly type: "takeover"; readonly step: string; readonly owners: readonly Owner[] }
  /** A stage was not what its record says, and was moved aside. */
  | {
      readonly type: "damaged";
      readonly step: string;
      readonly what: string;
      readonly movedTo: string;
    }
  /** Told of every step that is not cached from the beginning. */
  | { readonly type: "settled"; readonly outcome: StepOutcome }
  /** The run's own record could not be written. */
  | { readonly type: "unrecorded"; readonly failure: Failure };

interface Settled {
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** Spent in this run. */
  readonly seconds: number;
  readonly notes: JsonObject;
}

/** Where the files are; rows of a trajectory, which may be more than were asked for. */
interface Kept {
  readonly folder: string;
  readonly rows?: number;
}

export type StepOutcome =
  | (Settled & Kept & { readonly status: "cached" })
  | (Settled & Kept & { readonly status: "ran" })
  | (Settled & { readonly status: "failed"; readonly failure: Failure })
  /** Not run, since the step named has no stage, or since the run was interrupted. */
  | (Settled & { readonly status: "skipped"; readonly because?: string })
  /** Stopped; so many rows are kept for the next run. */
  | (Settled & { readonly status: "interrupted"; readonly rows: number })
  /** Has no stage, and nothing needed it. */
  | (Settled & { readonly status: "unneeded" });

export interface RunSummary {
  /** The run's id; its record is `runs/<id>.json` in the cache. */
  readonly id: string;
  readonly seconds: number;
  readonly interrupted: boolean;
  /** In the graph's order. */
  readonly steps: readonly StepOutcome[];
}
