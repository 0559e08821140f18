/** What a report tells of a file, or of a run: gathered from its text and from what is kept. */
import { claimKind, claimTitle } from "../claims/verdict.js";
import type { Side, SideStep } from "../diff/side.js";
import type { Program, SeriesExpression } from "../dsl/program.js";
import type { StepGraph } from "../plan/graph.js";
import type { Reading } from "../plan/story.js";
import { wholeStage } from "../runtime/cache.js";
import { type RunRecord, runs } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { StageRecord } from "../runtime/record.js";
import { variedFlows } from "./family.js";
import { figuresOf } from "./figures/index.js";
import { flowResults } from "./flow-results.js";
import { introOf } from "./intro.js";
import { keptResults } from "./kept-results.js";
import type { Made, ReportedClaim, Subject } from "./page/report.js";
import { plotFigures } from "./plot-figures.js";
import { aboutFlow, settingsOf } from "./settings.js";

export interface Reported {
  readonly name: string;
  /** What computes the results that it lacks. */
  readonly command?: string;
  readonly side: Side;
  /** What its text means. */
  readonly reading: Reading;
  readonly run?: RunRecord;
}

/**
 * @param reader  reads what there is of a plan's results
 * @throws `DamagedStage` for a result that isn't what its record says
 */
export async function subjectOf(
  { name, command, side, reading, run }: Reported,
  cache: Cache,
  reader: typeof keptResults = keptResults,
): Promise<Subject> {
  const steps = [...side.steps.values()];
  const { program } = reading;
  const read = reader(asRun(reading, side), cache);
  const results = await flowResults(program, read);
  const plots = await plotFigures(program, read.series);
  const told = steps.filter(isTold);
  const kept = told.map((step) => wholeStage(cache, step.fingerprint, step.length)?.record);
  return {
    name,
    ...(command !== undefined && { command }),
    intro: introOf(program.source.text),
    made: madeOf(kept, run ?? runOf(cache, reading)),
    claims: steps.filter(({ kind }) => kind === claimKind).map((step) => claimOf(step, program)),
    flows: results.map((each, i) => ({
      name: each.name,
      declared: program.flows[i]!.declared,
      about: aboutFlow(program.flows[i]!),
      figures: figuresOf(each),
    })),
    plots: plots.flatMap(({ figure }) => (figure.curves.length > 0 ? [figure] : [])),
    varied: variedFlows(program),
    lacking: told.filter((_, i) => !kept[i]).map((step) => step.name),
    settings: settingsOf(program),
    sources: [program.source, ...program.imports],
  };
}

/** The plan with the steps as a run has them, whatever its text means by now. */
function asRun({ graph }: Reading, { steps }: Side): StepGraph {
  const recorded = graph.steps.flatMap((step) => {
    const { fingerprint, length } = steps.get(step.name) ?? {};
    if (fingerprint === undefined) return [];
    return { ...step, fingerprint, ...(length !== undefined && { length }) };
  });
  return { ...graph, steps: recorded };
}

/** Steps whose results are on the page. */
function isTold({ kind, length }: SideStep): boolean {
  return kind === claimKind || length !== undefined;
}

function claimOf({ name, described, verdict }: SideStep, { claims }: Program): ReportedClaim {
  const title = claimTitle(name);
  const expression = described?.parameters.expression as unknown as SeriesExpression | undefined;
  return {
    title,
    text: claims.find((claim) => claim.title === title)?.text ?? "",
    operator: expression?.form === "binary" ? expression.operator : "",
    ...(verdict && { verdict }),
  };
}

/** The newest run of the same text with the same settings. */
function runOf(cache: Cache, reading: Reading): RunRecord | undefined {
  const wanted = new Map(reading.graph.steps.map((step) => [step.name, step.fingerprint]));
  for (const run of runs(cache)) {
    const { subject, steps } = run;
    if (subject?.text !== reading.program.source.text || steps.length < wanted.size) continue;
    if (steps.every((step) => wanted.get(step.name) === step.fingerprint)) return run;
  }
  return undefined;
}

function madeOf(kept: readonly (StageRecord | undefined)[], run: RunRecord | undefined): Made {
  const records = kept.filter((record) => record !== undefined);
  const starts = records.map(({ started }) => started).sort();
  const ends = records
    .map(({ started, seconds }) => new Date(Date.parse(started) + 1000 * seconds).toISOString())
    .sort();
  const versions = new Set([
    ...records.map(({ cflow }) => `cflow ${cflow}`),
    ...records.flatMap(({ notes }) => (typeof notes.engine === "string" ? notes.engine : [])),
    ...records.map(({ node }) => `Node ${node}`),
  ]);
  const commit = run?.subject?.commit;
  return {
    ...(starts.length > 0 && { from: starts[0]!, to: ends.at(-1)! }),
    versions: [...versions],
    ...(run && { run: run.id }),
    ...(commit !== undefined && { commit }),
  };
}
