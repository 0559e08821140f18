/** Why a step is stale, as data: found by comparing it with what was run before. */

import { callIn } from "../dsl/call-value.js";
import type { Span } from "../dsl/diagnostic.js";
import { writtenValue } from "../dsl/written.js";
import { anyStage, fingerprints } from "../runtime/cache.js";
import { type RunRecord, runs } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { StageRecord } from "../runtime/record.js";
import type { Json, JsonObject } from "../runtime/step.js";
import { canonicalJson } from "./canonical.js";
import { type EngineIdentity, inputIdentities } from "./fingerprint.js";
import type { Step } from "./graph.js";

export type Reason =
  | { readonly form: "never run" }
  /** It was run, but its stage is gone from the cache. */
  | { readonly form: "gone" }
  | { readonly form: "unfinished"; readonly status: string }
  | { readonly form: "damaged"; readonly what: string }
  /** A trajectory that has `from` rows. */
  | { readonly form: "longer"; readonly from: number; readonly to: number }
  /** A run was cut off after `from` rows. */
  | { readonly form: "interrupted"; readonly from: number; readonly to: number }
  /** A setting that isn't there is undefined. */
  | {
      readonly form: "setting";
      readonly path: string;
      readonly before: Json | undefined;
      readonly after: Json | undefined;
      readonly place?: Span;
    }
  | { readonly form: "input"; readonly role: string; readonly name: string }
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

/** What there is to compare with: read as far as needed, and once for all steps of a plan. */
export interface Past {
  /** Newest first. */
  runs(): Iterable<RunRecord>;
  /** Records of stages of a kind. */
  stages(kind: string): readonly StageRecord[];
}

export function pastOf(cache: Cache): Past {
  const read: RunRecord[] = [];
  const unread = runs(cache);
  let byKind: Map<string, StageRecord[]> | undefined;
  return {
    *runs() {
      for (let i = 0; ; i++) {
        if (i === read.length) {
          const next = unread.next();
          if (next.done) return;
          read.push(next.value);
        }
        yield read[i]!;
      }
    },
    stages(kind) {
      byKind ??= stagesByKind(cache);
      return byKind.get(kind) ?? [];
    },
  };
}

function stagesByKind(cache: Cache): Map<string, StageRecord[]> {
  const all = new Map<string, StageRecord[]>();
  for (const fingerprint of fingerprints(cache)) {
    const record = anyStage(cache, fingerprint)?.record;
    if (!record) continue;
    const kin = all.get(record.kind);
    if (kin) kin.push(record);
    else all.set(record.kind, [record]);
  }
  return all;
}

/** Why a step without a stage has none, by its nearest relative among what was run before. */
export function explain(
  cache: Cache,
  step: Step,
  stepNamed: (name: string) => Step,
  past: Past,
): readonly Reason[] {
  for (const run of past.runs()) {
    const earlier = run.steps.find(({ name, kind }) => name === step.name && kind === step.kind);
    if (!earlier) continue;
    if (earlier.fingerprint === step.fingerprint) {
      const made = earlier.status === "ran" || earlier.status === "cached";
      return [made ? { form: "gone" } : { form: "unfinished", status: earlier.status }];
    }
    const record = anyStage(cache, earlier.fingerprint)?.record;
    if (record) return differences(record, step, stepNamed);
  }
  const relatives = past.stages(step.kind).map((record) => ({
    record,
    reasons: differences(record, step, stepNamed),
  }));
  relatives.sort(
    (a, b) =>
      a.reasons.length - b.reasons.length || b.record.started.localeCompare(a.record.started),
  );
  return relatives[0]?.reasons ?? [{ form: "never run" }];
}

function differences(
  before: StageRecord,
  step: Step,
  stepNamed: (name: string) => Step,
): readonly Reason[] {
  const reasons: Reason[] = [];
  if (before.version !== step.version) {
    reasons.push({ form: "version", before: before.version, after: step.version });
  }
  if (
    before.engine?.name !== step.engine?.name ||
    before.engine?.precision !== step.engine?.precision
  ) {
    reasons.push({ form: "engine", before: before.engine, after: step.engine });
  }
  for (const change of changes(before.parameters, step.parameters)) {
    const place = placeOf(step, change.path);
    reasons.push({ form: "setting", ...change, ...(place && { place }) });
  }
  const inputs = inputIdentities(step, stepNamed);
  for (const [role, { fingerprint, rows }] of Object.entries(inputs)) {
    const name = step.inputs[role]!;
    const earlier = before.inputs[role];
    if (earlier?.fingerprint !== fingerprint) reasons.push({ form: "input", role, name });
    else if (earlier.rows !== rows) {
      reasons.push({ form: "input rows", name, before: earlier.rows, after: rows });
    }
  }
  return reasons;
}

interface Change {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Where two values differ: in settings, as deep as both are objects, or lists of as many. */
function changes(before: JsonObject, after: JsonObject, prefix = ""): Change[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) => {
    const path = `${prefix}${key}`;
    const [a, b] = [before[key], after[key]];
    const [fieldsA, fieldsB] = [fields(a), fields(b)];
    if (fieldsA && fieldsB && Array.isArray(a) === Array.isArray(b)) {
      const sameLength = !Array.isArray(a) || a.length === (b as readonly Json[]).length;
      if (sameLength) return changes(fieldsA, fieldsB, `${path}.`);
    }
    const same = a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
    return same ? [] : [{ path, before: a, after: b }];
  });
}

/** An object, or a list of objects by index; undefined for values to be compared whole. */
function fields(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return value as JsonObject;
  return value.some((item) => typeof item === "object")
    ? Object.fromEntries(value.entries())
    : undefined;
}

/** Where a setting was written, or what holds it. */
function placeOf(step: Step, path: string): Span | undefined {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const place = step.places[at];
    if (place) return place;
  }
  return undefined;
}

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
    case "interrupted":
      return `interrupted after ${reason.from} of ${reason.to} rows`;
    case "setting":
      return `${reason.path} ${shown(reason.before)} → ${shown(reason.after)}${line(reason.place)}`;
    case "input":
      return `'${reason.name}' changed`;
    case "input rows":
      return `rows of '${reason.name}' ${reason.before ?? "none"} → ${reason.after ?? "none"}`;
    case "version":
      return `version of the step ${reason.before} → ${reason.after}`;
    case "engine":
      return `engine ${engine(reason.before)} → ${engine(reason.after)}`;
  }
}

/** Characters of a value that are shown. */
const valueWidth = 40;

function shown(value: Json | undefined): string {
  if (value === undefined) return "none";
  const text = callIn(value) ? writtenValue(value) : JSON.stringify(value);
  return text.length > valueWidth ? `${text.slice(0, valueWidth - 1)}…` : text;
}

function line(place: Span | undefined): string {
  if (!place) return "";
  const { source, start } = place;
  return ` (${source.name}:${source.text.slice(0, start).split("\n").length})`;
}

function engine(identity: EngineIdentity | undefined): string {
  return identity ? `${identity.name} ${identity.precision}` : "none";
}
