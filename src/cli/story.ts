/** The story of a step as text, with the places of all that changed, and as data for scripts. */
import { printable } from "../dsl/cells.js";
import type { Label, Span } from "../dsl/diagnostic.js";
import { frame, type Paint } from "../dsl/frame.js";
import { positionAt } from "../dsl/lines.js";
import { isOverride } from "../dsl/mentions.js";
import { jsonPlace } from "../dsl/render.js";
import { endOf } from "../plan/past.js";
import {
  describeChange,
  describeEngine,
  describeReason,
  lineOf,
  type Reason,
} from "../plan/reasons.js";
import type { Cause, Made, Story } from "../plan/story.js";
import type { RunRecord } from "../runtime/history.js";
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
  const tree = branches(nodesOf(causes, new Set())).map((line) => `  ${line}`);
  const labels = labelsOf(story);
  return `${[
    head,
    ...(planned.status === "cached" ? [] : tree),
    "",
    ...history(story, view),
    ...(planned.status === "cached" ? tree : []),
    ...(labels.length === 0 ? [] : ["", ...frame(labels, paint(c), view.columns ?? 100)]),
  ].join("\n")}\n`;
}

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

interface Node {
  readonly text: string;
  readonly children: readonly Node[];
}

/**
 * Causes as a tree in which inputs that changed alike stand together and every cause stands once.
 *
 * @param seen causes that were told already, and those of this tree in the end
 */
function nodesOf(causes: readonly Cause[], seen: Set<string>): Node[] {
  const groups = new Map<string, Cause[]>();
  for (const cause of causes) {
    const alike = cause.causes.length > 0 ? cause.causes.map(keyOf).join("\n") : keyOf(cause);
    groups.set(alike, [...(groups.get(alike) ?? []), cause]);
  }
  return [...groups.values()].flatMap((group): Node[] => {
    const [first] = group;
    const nested = first!.causes;
    if (nested.length === 0) return seen.has(keyOf(first!)) ? [] : [leaf(first!, seen)];
    const children = nodesOf(nested, seen);
    const names = listed(group.map(({ reason }) => inputName(reason)));
    return [{ text: `${names} changed${children.length === 0 ? ", as above" : ""}`, children }];
  });
}

function leaf(cause: Cause, seen: Set<string>): Node {
  seen.add(keyOf(cause));
  return { text: inWords(cause), children: [] };
}

function keyOf({ reason, causes }: Cause): string {
  return [describeReason(reason), ...causes.map(keyOf)].join("\n");
}

function inputName(reason: Reason): string {
  return reason.form === "input" ? `'${reason.after?.name}'` : describeReason(reason);
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function branches(nodes: readonly Node[], nested = false): string[] {
  return nodes.flatMap(({ text, children }, i) => {
    const last = i === nodes.length - 1;
    const [fork, bar] = !nested ? ["", ""] : last ? ["└─ ", "   "] : ["├─ ", "│  "];
    return [
      `${fork}${printable(text)}`,
      ...branches(children, true).map((line) => `${bar}${line}`),
    ];
  });
}

function inWords({ reason, replaces }: Cause): string {
  switch (reason.form) {
    case "never run":
      return "it was never run, nor anything of its kind";
    case "unfinished":
      return `it did not come to an end: ${reason.status}`;
    case "longer":
      return `it has ${reason.from} of ${showCount(reason.to, "row")}`;
    case "version":
      return `cflow computes it in another way now: version ${reason.after} of the step, after ${reason.before}`;
    case "engine":
      return `the engine is ${describeEngine(reason.after)}, and was ${describeEngine(reason.before)}`;
    case "input":
      return replaces
        ? `it reads '${reason.after?.name}' in place of '${reason.before?.name}'`
        : describeReason(reason);
    case "input rows":
      return `it reads ${showCount(reason.after ?? 0, "row")} of '${reason.name}', after ${reason.before ?? 0}`;
    default:
      return describeReason(reason);
  }
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
    last: last ? { run: last.run.id, status: last.asked.status, ...failureJson(last) } : null,
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

function failureJson({ asked: { failure, because } }: NonNullable<Story["last"]>): object {
  return { ...failure, ...(because !== undefined && { because }) };
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
