/** Recorded runs: in a line each, and one of them whole. */
import { claimKind, claimTitle, type NotedVerdict, notedVerdict } from "../claims/verdict.js";
import { printable } from "../dsl/cells.js";
import { shown } from "../plan/shown.js";
import { anyStage } from "../runtime/cache.js";
import { type RunRecord, type RunState, type RunStep, stateOf } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import { comparison, keyNumbers, showSide, statusPaint, timed, verdictOf } from "./outcomes.js";
import { callOf, showWhen } from "./runs.js";
import { type Colors, showSeconds, showTime, table, textWidth } from "./terminal.js";

export interface RunView {
  readonly colors: Colors;
  /** Of the terminal; absent where it is none. */
  readonly columns?: number;
  /** Milliseconds. */
  readonly now: number;
  /** A run's id, as short as can be. */
  short(id: string): string;
}

/** How many steps ended in each way, without claims, and how many of the claims hold. */
export interface Tally {
  readonly steps: Readonly<Partial<Record<RunStep["status"], number>>>;
  readonly held: number;
  readonly claims: number;
}

export function tallyOf({ steps }: RunRecord): Tally {
  const counts: Partial<Record<RunStep["status"], number>> = {};
  const claims = steps.filter(({ kind }) => kind === claimKind);
  for (const { kind, status } of steps) {
    if (kind !== claimKind) counts[status] = (counts[status] ?? 0) + 1;
  }
  const held = claims.filter(({ notes }) => notedVerdict(notes)?.holds).length;
  return { steps: counts, held, claims: claims.length };
}

/** A line a run; two where one does not fit the terminal. */
export function runLines(runs: readonly RunRecord[], view: RunView): string[] {
  const c = view.colors;
  const committed = runs.some(({ subject }) => subject?.commit);
  const rows = runs.map((run) => {
    const state = stateOf(run);
    const { subject } = run;
    return {
      head: [
        view.short(run.id),
        showTime(new Date(run.started)),
        statePaint(c)[state](state),
        tookOf(run, state, view.now),
      ],
      rest: [
        subject ? printable(callOf(subject)) : "",
        ...(committed ? [c.dim(subject?.commit?.slice(0, commitWidth) ?? "")] : []),
        stepCounts(tallyOf(run)),
        claimCounts(tallyOf(run)),
      ],
    };
  });
  const whole = table(rows.map(({ head, rest }) => [...head, ...rest]));
  if (!view.columns || whole.every((line) => textWidth(line) <= view.columns!)) return whole;
  const heads = table(rows.map(({ head }) => head));
  const rests = table(rows.map(({ rest }) => rest));
  return heads.flatMap((line, i) => [line, `  ${rests[i]}`.trimEnd()]);
}

/** Characters of a commit that are shown. */
const commitWidth = 8;

function statePaint(c: Colors): Record<RunState, (text: string) => string> {
  return { complete: c.green, failed: c.red, interrupted: c.yellow, running: c.cyan };
}

/** Of a run that goes on, how long it has; of one that was cut off, how long it is known to have. */
function tookOf({ seconds, started }: RunRecord, state: RunState, now: number): string {
  return showSeconds(state === "running" ? (now - Date.parse(started)) / 1000 : seconds);
}

const statuses: readonly RunStep["status"][] = [
  "ran",
  "cached",
  "failed",
  "skipped",
  "interrupted",
  "pending",
  "unneeded",
];

function stepCounts({ steps }: Tally): string {
  const told = statuses.filter((status) => steps[status] !== undefined);
  return told.map((status) => `${steps[status]} ${status}`).join(", ");
}

function claimCounts({ held, claims }: Tally): string {
  if (claims === 0) return "";
  return `${held} of ${claims} ${claims === 1 ? "claim holds" : "claims hold"}`;
}

export function runText(run: RunRecord, cache: Cache, view: RunView): string {
  const c = view.colors;
  const state = stateOf(run);
  const { engine, owner, subject } = run;
  const params = Object.entries(subject?.params ?? {});
  const where = [
    `cflow ${run.cflow}`,
    ...(engine ? [`engine ${engine}`] : []),
    ...(owner ? [`process ${owner.pid} on ${owner.host}`] : []),
  ];
  const claims = run.steps.filter(({ kind }) => kind === claimKind);
  return `${[
    `run ${c.bold(run.id)} ${statePaint(c)[state](state)}`,
    `${showWhen(run.started, view.now)}, took ${tookOf(run, state, view.now)}`,
    ...(subject ? [printable(callOf(subject))] : []),
    ...(subject?.commit ? [`git commit ${subject.commit}`] : []),
    ...(params.length > 0
      ? [params.map(([name, value]) => `${name} = ${printable(shown(value))}`).join(", ")]
      : []),
    printable(where.join(", ")),
    "",
    ...table(run.steps.filter(({ kind }) => kind !== claimKind).map((step) => stepRow(step, c))),
    ...(claims.length > 0 ? ["", ...claims.map((claim) => claimLine(claim, cache, c))] : []),
    ...run.steps.flatMap(({ name, failure }) => (failure ? failureLines(name, failure, c) : [])),
  ].join("\n")}\n`;
}

function stepRow(step: RunStep, c: Colors): string[] {
  const { name, status, seconds, because } = step;
  const told = because === undefined ? keyNumbers(step) : `'${printable(because)}' had no result`;
  return [
    printable(name),
    statusPaint(c)[status](status),
    timed.has(status) ? showSeconds(seconds) : "",
    told,
  ];
}

/** What was claimed is known as long as the claim's stage is kept. */
function claimLine({ name, status, notes, fingerprint }: RunStep, cache: Cache, c: Colors): string {
  const title = printable(claimTitle(name));
  const verdict = notedVerdict(notes);
  if (!verdict) return `${statusPaint(c)[status](status)}  ${title}`;
  const { holds, value, bound } = verdict;
  const record = anyStage(cache, fingerprint)?.record;
  const measured = record
    ? comparison(record, value, bound)
    : `${showSide(value)}, compared with ${showSide(bound)}`;
  return `${verdictOf(holds, c)}  ${title}${c.dim(`  (${measured})`)}`;
}

function failureLines(
  name: string,
  { message, help }: NonNullable<RunStep["failure"]>,
  c: Colors,
): string[] {
  return [
    "",
    `${c.red("error")}: ${printable(name)}: ${printable(message)}`,
    ...(help ? [`  ${c.cyan("help:")} ${printable(help)}`] : []),
  ];
}

/** What a line of the list says. */
export function runJson(run: RunRecord): object {
  const { id, started, seconds, cflow, engine, subject } = run;
  const { steps, held, claims } = tallyOf(run);
  return {
    run: id,
    ...{ started, seconds, status: stateOf(run), cflow, engine: engine ?? null },
    file: subject?.file ?? null,
    set: subject?.overrides ?? [],
    params: subject?.params ?? {},
    commit: subject?.commit ?? null,
    steps,
    claims: { held, of: claims },
  };
}

/** All that is recorded of a run. */
export function wholeRunJson(run: RunRecord): object {
  const claims = run.steps.flatMap(({ name, kind, notes }) =>
    kind === claimKind ? [claimJson(name, notedVerdict(notes))] : [],
  );
  return {
    ...runJson(run),
    owner: run.owner ?? null,
    text: run.subject?.text ?? null,
    steps: run.steps,
    claims,
  };
}

function claimJson(step: string, verdict: NotedVerdict | undefined): object {
  const { holds, value, bound } = verdict ?? { holds: null, value: null, bound: null };
  return { name: claimTitle(step), holds, value, bound };
}
