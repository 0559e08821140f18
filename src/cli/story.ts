/** The story of a step as text, with the places of all that changed, and as data for scripts. */
import { printable } from "../dsl/cells.js";
import type { Label, Span } from "../dsl/diagnostic.js";
import { frame, type Paint } from "../dsl/frame.js";
import { positionAt } from "../dsl/lines.js";
import { isOverride } from "../dsl/mentions.js";
import { jsonPlace } from "../dsl/render.js";
import { endOf } from "../plan/past.js";
import { describeChange, describeEngine, describeReason, lineOf } from "../plan/reasons.js";
import type { Cause, Made, Story } from "../plan/story.js";
import type { RunRecord } from "../runtime/history.js";
import { causeTree } from "./cause-tree.js";
import { callOf, showWhen } from "./runs.js";
import { type Colors, showCount, showSeconds } from "./terminal.js";

export interface StoryView {
  readonly colors: Colors;
  /** Of the terminal; absent where it is none. */
  readonly columns?: number;
  /** Milliseconds. */
  readonly now: number;
  /** A run's id, as short as can be. */
  short(id: string): string;
}

export function storyText(story: Story, view: StoryView): string {
  const { planned, causes } = story;
  const c = view.colors;
  const head = `${c.bold(printable(planned.step.name))} ${verdict(story)}`;
  const tree = causeTree(causes).map((line) => `  ${line}`);
  const labels = labelsOf(story);
  const columns = Math.max(fewestColumns, view.columns ?? 100);
  return `${[
    head,
    ...(planned.status === "cached" ? [] : tree),
    "",
    ...history(story, view),
    ...(planned.status === "cached" ? tree : []),
    ...(labels.length === 0 ? [] : ["", ...frame(labels, paint(c), columns)]),
  ].join("\n")}\n`;
}

/** Of a line of the file that is shown, however narrow the terminal. */
const fewestColumns = 40;

function paint(c: StoryView["colors"]): Paint {
  return { gutter: c.blue, primary: (text) => c.bold(c.yellow(text)), secondary: c.cyan };
}

function verdict({ planned, causes }: Story): string {
  switch (planned.status) {
    case "cached":
      return "is cached: nothing that decides its values has changed";
    case "unneeded":
      return "has no stage, and needs none: nothing that would run reads it";
    case "continue":
      return "would continue:";
    case "run":
      return causes.length > 0 ? "would run:" : "would run";
  }
}

/** By whom its stage was made, or with what it was compared. */
function history(story: Story, view: StoryView): string[] {
  const { planned, made, compared, last } = story;
  if (planned.stage) return made ? madeLines(story, made, view) : [];
  if (compared) return [`compared with ${earlierStage(compared, view)}`];
  const kept = made
    ? [`${showCount(made.record.rows ?? 0, "row")} made ${makingOf(made, view)}`]
    : [];
  if (last && last.run !== made?.run) return [...kept, ...lastLines(last, view)];
  return made ? kept : ["there is nothing to compare it with"];
}

function madeLines({ planned, compared, causes }: Story, made: Made, view: StoryView): string[] {
  const { name, rows } = made.record;
  const { step, length } = planned;
  const renamed = name !== step.name;
  const longer = rows !== undefined && rows !== length;
  const news = compared && causes.length > 0;
  return [
    `made ${makingOf(made, view)}`,
    ...(renamed ? [`it was called ${printable(name)} then`] : []),
    ...(longer ? [`${showCount(rows, "row")} are kept, and ${length} asked for`] : []),
    ...(news ? [`new then, compared with ${earlierStage(compared, view)}:`] : []),
  ];
}

function lastLines({ run, asked }: NonNullable<Story["last"]>, view: StoryView): string[] {
  const { failure, because } = asked;
  return [
    `last asked for by ${runOf(run, view)}: ${endOf(run, asked)}`,
    ...(failure ? [`  ${printable(failure.message)}`] : []),
    ...(failure?.help ? [`  help: ${printable(failure.help)}`] : []),
    ...(because === undefined ? [] : [`  since '${printable(because)}' had no result`]),
  ];
}

/** `in 0.74 s by run 20260102T0304 of eos.cflow (2026-01-02 03:04, 3 hours ago), …`. */
function makingOf({ record, run }: Made, view: StoryView): string {
  const { cflow, engine, host, seconds, started } = record;
  const by = run ? `by ${nameOf(run, view)} ` : "";
  const how = `cflow ${cflow}${engine ? ` with ${describeEngine(engine)}` : ""} on ${host}`;
  return `in ${showSeconds(seconds)} ${by}(${showWhen(started, view.now)}), ${printable(how)}`;
}

/** Of another stage of the step, or of one of its kind under another name. */
function earlierStage({ record, run, asked }: NonNullable<Story["compared"]>, view: StoryView) {
  const { name, seconds, started } = record;
  const took = `took ${showSeconds(seconds)}`;
  if (asked && run) return `${runOf(run, view)}, where it ${took}`;
  const where = run ? ` of ${runOf(run, view)}` : `, made ${showWhen(started, view.now)}`;
  return `'${printable(name)}'${where}, which ${took}`;
}

function runOf(run: RunRecord, view: StoryView): string {
  return `${nameOf(run, view)} (${showWhen(run.started, view.now)})`;
}

/** `run 20260102T0304 of eos.cflow --set lr=0.1`. */
function nameOf({ id, subject }: RunRecord, view: StoryView): string {
  const call = subject ? ` of ${printable(callOf(subject))}` : "";
  return `run ${view.short(id)}${call}`;
}

/** All places of what changed, each once, for one frame. */
function labelsOf({ causes, file }: Story): readonly Label[] {
  const labels = new Map<string, Label>();
  const add = (span: Span, text: string) => {
    const key = `${span.source.name}:${span.start}:${text}`;
    if (!labels.has(key)) labels.set(key, { span, text });
  };
  const visit = (cause: Cause) => {
    const { reason, place, was, params } = cause;
    if (reason.form === "setting" && place) {
      add(place, `${describeChange(reason)}${then(params.length === 0 ? was : undefined, file)}`);
    }
    for (const { place, was, ...change } of params) {
      add(place, `${describeChange(change)}${then(was, file)}`);
    }
    cause.causes.forEach(visit);
  };
  causes.forEach(visit);
  return [...labels.values()];
}

/** Where something was written in the text that it is compared with. */
function then(was: Span | undefined, file: string): string {
  if (!was) return "";
  const { source, start } = was;
  if (isOverride(was)) return ` (--set ${source.text} then)`;
  const where = source.name === file ? `line ${positionAt(source, start).line}` : lineOf(was);
  return ` (${where} then)`;
}

export function storyJson(story: Story): object {
  const { planned, made, compared, last, causes } = story;
  const { step, status, length, from } = planned;
  return {
    step: step.name,
    kind: step.kind,
    status,
    fingerprint: step.fingerprint,
    ...(length !== undefined && { length }),
    ...(from !== undefined && { from }),
    made: made ? { ...madeJson(made), rows: made.record.rows ?? null } : null,
    compared: compared ? madeJson(compared) : null,
    last: last ? lastJson(last) : null,
    causes: causes.map(causeJson),
  };
}

function madeJson({ record, run }: Made): object {
  const { name, fingerprint, started, seconds, cflow, host, engine } = record;
  return {
    ...{ run: run?.id ?? null, file: run?.subject?.file ?? null },
    ...{ name, fingerprint, started, seconds, cflow, host, engine: engine ?? null },
  };
}

function lastJson({ run, asked }: NonNullable<Story["last"]>): object {
  const { failure, because } = asked;
  return {
    ...{ run: run.id, status: endOf(run, asked), ...failure },
    ...(because !== undefined && { because }),
  };
}

function causeJson({ reason, place, was, params, causes }: Cause): object {
  const { form, ...more } = { ...reason, place: undefined };
  const at = (span: Span | undefined) => (span ? jsonPlace(span) : null);
  return {
    reason: form,
    text: describeReason(reason),
    ...more,
    place: at(place),
    was: at(was),
    params: params.map(({ path, before, after, place, was }) => ({
      ...{ name: path, before: before ?? null, after: after ?? null },
      ...{ place: at(place), was: at(was) },
    })),
    causes: causes.map(causeJson),
  };
}
