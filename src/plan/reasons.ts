/** Why a step is stale, as data, and in a line. */
import type { Span } from "../dsl/diagnostic.js";
import { positionAt } from "../dsl/lines.js";
import type { InputRecord } from "../runtime/record.js";
import type { Change } from "./changes.js";
import type { EngineIdentity } from "./fingerprint.js";
import { shown } from "./shown.js";

export type Reason =
  | { readonly form: "never run" }
  /** It was run, but its stage is gone from the cache. */
  | { readonly form: "gone" }
  | { readonly form: "unfinished"; readonly status: string }
  | { readonly form: "damaged"; readonly what: string }
  /** A trajectory that has `from` rows. */
  | { readonly form: "longer"; readonly from: number; readonly to: number }
  /** A process makes it now. */
  | { readonly form: "running"; readonly pid: number; readonly host: string }
  /** A run was cut off after `from` rows. */
  | { readonly form: "interrupted"; readonly from: number; readonly to: number }
  | Difference;

/** What makes two identities two. */
export type Difference =
  | ({ readonly form: "setting"; readonly place?: Span } & Change)
  /** What fills a role is another stage; it is not read any more, or was not, where undefined. */
  | {
      readonly form: "input";
      readonly role: string;
      readonly before: InputRecord | undefined;
      readonly after: InputRecord | undefined;
    }
  | {
      readonly form: "input rows";
      readonly name: string;
      readonly before: number | undefined;
      readonly after: number | undefined;
    }
  | { readonly form: "version"; readonly before: number; readonly after: number }
  | {
      readonly form: "engine";
      readonly before: EngineIdentity | undefined;
      readonly after: EngineIdentity | undefined;
    };

/** One line, as in `substeps 4 → 8 (eos.cflow:12)`. */
export function describeReason(reason: Reason): string {
  switch (reason.form) {
    case "never run":
      return "never run";
    case "gone":
      return "its stage is gone from the cache";
    case "unfinished":
      return `its last run: ${reason.status}`;
    case "damaged":
      return `damaged: ${reason.what}`;
    case "longer":
      return `rows ${reason.from} → ${reason.to}`;
    case "running":
      return `process ${reason.pid} on ${reason.host} makes it now`;
    case "interrupted":
      return `interrupted after ${reason.from} of ${reason.to} rows`;
    case "setting": {
      const { place } = reason;
      return `${describeChange(reason)}${place ? ` (${lineOf(place)})` : ""}`;
    }
    case "input": {
      const { before, after } = reason;
      if (!after) return `reads '${before?.name}' no more`;
      return before ? `'${after.name}' changed` : `reads '${after.name}' too`;
    }
    case "input rows":
      return `rows of '${reason.name}' ${reason.before ?? "none"} → ${reason.after ?? "none"}`;
    case "version":
      return `version of the step ${reason.before} → ${reason.after}`;
    case "engine":
      return `engine ${describeEngine(reason.before)} → ${describeEngine(reason.after)}`;
  }
}

/** `substeps 4 → 8`. */
export function describeChange({ path, before, after }: Change): string {
  return `${path} ${shown(before)} → ${shown(after)}`;
}

/** `eos.cflow:12`. */
export function lineOf({ source, start }: Span): string {
  return `${source.name}:${positionAt(source, start).line}`;
}

export function describeEngine(identity: EngineIdentity | undefined): string {
  return identity ? `${identity.name} ${identity.precision}` : "none";
}
