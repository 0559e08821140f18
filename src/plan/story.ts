/**
 * The whole story of one step: by which run its stage was made, with what the step was compared, and
 * what changed since, down to the settings at the root of it.
 */
import type { Span } from "../dsl/diagnostic.js";
import { declaredAt, paramsAt, paramsOf } from "../dsl/mentions.js";
import type { Program } from "../dsl/program.js";
import { anyStage } from "../runtime/cache.js";
import type { RunRecord, RunStep } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { InputRecord, StageRecord } from "../runtime/record.js";
import type { Json } from "../runtime/step.js";
import { type Change, nearestOf, same } from "./changes.js";
import { type Described, described, differences } from "./differences.js";
import type { Step, StepGraph } from "./graph.js";
import { askedIn, type Past } from "./past.js";
import type { Reason } from "./reasons.js";
import type { PlannedStep } from "./staleness.js";

/** A text and what it means. */
export interface Reading {
  readonly program: Program;
  readonly graph: StepGraph;
}

export interface Teller {
  readonly cache: Cache;
  readonly past: Past;
  readonly reading: Reading;
  /** What the text that a run kept means now; undefined if it kept none, or it has errors by now. */
  recall(run: RunRecord): Reading | undefined;
}

/** A param by which a setting's value changed. */
export interface ChangedParam extends Change {
  readonly place: Span;
  /** Where its value was written then. */
  readonly was?: Span;
}

export interface Cause {
  readonly reason: Reason;
  /** Of a setting: where it is written, in the declaration if the setting only names one. */
  readonly place?: Span;
  /** Where it was written then, in the text that the run kept. */
  readonly was?: Span;
  readonly params: readonly ChangedParam[];
  /** Of an input that is another kind of step than the one it takes the place of. */
  readonly replaces: boolean;
  /** Of an input that changed. */
  readonly causes: readonly Cause[];
}

export interface Made {
  readonly record: StageRecord;
  /** Absent if its record is gone. */
  readonly run?: RunRecord;
}

export interface Story {
  /** The file that is read. */
  readonly file: string;
  readonly planned: PlannedStep;
  /** Its stage, or the one that it would continue. */
  readonly made?: Made;
  /** The earlier stage of other settings, the run that last asked for that one, and how it fared. */
  readonly compared?: Made & { readonly asked?: RunStep };
  /** The last run that asked for the step, if it has no stage of it. */
  readonly last?: { readonly run: RunRecord; readonly asked: RunStep };
  /** Why it has no stage; of a cached step, what was new when it was made. */
  readonly causes: readonly Cause[];
}

export function tell(planned: PlannedStep, teller: Teller): Story {
  const { cache, past } = teller;
  const { step, stage } = planned;
  const record = stage?.record ?? anyStage(cache, step.fingerprint)?.record;
  const made = record && madeBy(record, past);
  const found = stage ? made?.run && news(step, made.run, teller) : planned.comparison();
  const earlier = found?.record;
  const run = found?.run ?? (earlier && makerOf(earlier, past));
  const last = stage || earlier ? undefined : lastOf(step, past);
  return {
    file: teller.reading.program.source.name,
    planned,
    ...(made && { made }),
    ...(earlier && {
      compared: {
        record: earlier,
        ...(run && { run }),
        ...(found.asked && { asked: found.asked }),
      },
    }),
    ...(last && { last }),
    causes: causesOf(step, earlier, found?.reasons ?? planned.reasons(), run, teller),
  };
}

function madeBy(record: StageRecord, past: Past): Made {
  const run = makerOf(record, past);
  return { record, ...(run && { run }) };
}

/** The run that made a stage: the last one before it that did not find it. */
function makerOf({ fingerprint, started }: StageRecord, past: Past): RunRecord | undefined {
  for (const run of past.runs()) {
    if (run.started > started) continue;
    const step = run.steps.find((each) => each.fingerprint === fingerprint);
    if (step && (step.status === "ran" || step.status === "pending")) return run;
  }
  return undefined;
}

function lastOf(step: Step, past: Past): Story["last"] {
  for (const run of past.runs()) {
    const asked = run.steps.find(({ fingerprint }) => fingerprint === step.fingerprint);
    if (asked) return { run, asked };
  }
  return undefined;
}

/** How a cached step differed, when it was first made, from what the run before had of its name. */
function news(step: Step, maker: RunRecord, { cache, past, reading }: Teller) {
  let found: { record: StageRecord; run: RunRecord; asked: RunStep } | undefined;
  for (const run of past.runs()) {
    if (run.id >= maker.id) continue;
    if (run.steps.some(({ fingerprint }) => fingerprint === step.fingerprint)) return undefined;
    const asked = found ? undefined : askedIn(run, step);
    const record = asked && anyStage(cache, asked.fingerprint)?.record;
    if (record) found = { record, run, asked };
  }
  if (!found) return undefined;
  const now = described(step, namedIn(reading.graph));
  return { ...found, reasons: differences(found.record, now, step.places) };
}

/** @param run whose text is to be compared with, in which the step was `earlier` */
function causesOf(
  step: Step,
  earlier: Pick<StageRecord, "fingerprint"> | undefined,
  reasons: readonly Reason[],
  run: RunRecord | undefined,
  teller: Teller,
): readonly Cause[] {
  return reasons.map((reason): Cause => {
    const cause = { reason, params: [], replaces: false, causes: [] };
    if (reason.form === "setting") {
      return { ...cause, ...settingCause(step, earlier, reason, run, teller) };
    }
    if (reason.form === "input") return { ...cause, ...inputCause(reason, run, teller) };
    return cause;
  });
}

type Of<Form extends Reason["form"]> = Extract<Reason, { readonly form: Form }>;

function settingCause(
  step: Step,
  earlier: Pick<StageRecord, "fingerprint"> | undefined,
  { path, place: written }: Of<"setting">,
  run: RunRecord | undefined,
  teller: Teller,
): Pick<Cause, "place" | "was" | "params"> {
  const then = run && teller.recall(run);
  // Of another version of cflow the text means steps of other fingerprints, but of the same names.
  const before =
    then?.graph.steps.find(({ fingerprint }) => fingerprint === earlier?.fingerprint) ??
    then?.graph.steps.find(({ name, kind }) => name === step.name && kind === step.kind);
  const was = before && nearestOf(before.places, path)?.value;
  const place = written && declaredAt(teller.reading.program, written);
  return {
    ...(place && { place }),
    ...(was && { was: declaredAt(then!.program, was) }),
    params: place
      ? changedParams(place, step, run, before && { ...then!, step: before }, teller)
      : [],
  };
}

/** @param then  what the run's text means, and the step of it that is compared with */
function changedParams(
  place: Span,
  step: Step,
  run: RunRecord | undefined,
  then: (Reading & { readonly step: Step }) | undefined,
  { reading: { program } }: Teller,
): readonly ChangedParam[] {
  const recorded = run?.subject?.params;
  if (!recorded) return [];
  const earlier = then ? paramsOf(then.program, then.step.name) : [];
  const params = paramsOf(program, step.name);
  return paramsAt({ ...program, params }, place).flatMap(({ name, value, span }) => {
    const was = earlier.find((each) => each.name === name);
    const [before, after] = [recorded[name] ?? (was?.value as Json | undefined), value as Json];
    if (same(before, after)) return [];
    return [{ path: name, before, after, place: span, ...(was && { was: was.span }) }];
  });
}

function inputCause(
  { before, after }: Of<"input">,
  run: RunRecord | undefined,
  teller: Teller,
): Pick<Cause, "replaces" | "causes"> {
  const nothing = { replaces: false, causes: [] };
  if (!before || !after) return nothing;
  const stepNamed = namedIn(teller.reading.graph);
  const input = stepNamed(after.name);
  const earlier = describedThen(before, run, teller);
  if (!earlier) return nothing;
  if (earlier.kind !== input.kind) return { replaces: true, causes: [] };
  const reasons = differences(earlier, described(input, stepNamed), input.places);
  return { replaces: false, causes: causesOf(input, before, reasons, run, teller) };
}

/** What an input was like: by its stage, or, where that is gone, by the text of the run. */
function describedThen(
  { fingerprint }: InputRecord,
  run: RunRecord | undefined,
  { cache, recall }: Teller,
): Described | undefined {
  const record = anyStage(cache, fingerprint)?.record;
  if (record) return record;
  const then = run && recall(run);
  const step = then?.graph.steps.find((each) => each.fingerprint === fingerprint);
  return then && step && described(step, namedIn(then.graph));
}

function namedIn({ steps }: StepGraph): (name: string) => Step {
  return (name) => steps.find((step) => step.name === name)!;
}
