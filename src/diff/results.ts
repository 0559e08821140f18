/** How the results of two sides differ: the series of their steps, and the verdicts of their claims. */
import { claimKind, type NotedVerdict } from "../claims/verdict.js";
import { DamagedStage, wholeStage } from "../runtime/cache.js";
import type { Cache } from "../runtime/layout.js";
import type { SeriesTable } from "../runtime/step.js";
import { compareSeries, type SeriesDifferences } from "./series.js";
import type { SettingsDifference } from "./settings.js";
import type { SideStep } from "./side.js";

/** Why a side has no series of a step. */
export interface Missing {
  readonly name: string;
  readonly side: "A" | "B";
  /** Of a damaged stage. */
  readonly damage?: string;
}

export interface StepResults extends SeriesDifferences {
  readonly name: string;
  readonly rowsA: number;
  readonly rowsB: number;
}

export interface ClaimPair {
  /** The claim's step. */
  readonly a: SideStep;
  readonly b: SideStep;
}

export interface ResultsDifference {
  readonly steps: readonly StepResults[];
  readonly missing: readonly Missing[];
  /** Claims of one name whose verdicts differ, or that only one side judged. */
  readonly claims: readonly ClaimPair[];
  /** How many have the same verdict. */
  readonly agreeing: number;
}

/** Reads the series of steps of one name and kind that differ. */
export async function compareResults(
  { pairs }: SettingsDifference,
  cache: Cache,
): Promise<ResultsDifference> {
  const steps: StepResults[] = [];
  const missing: Missing[] = [];
  for (const { a, b, relation } of pairs) {
    const comparable = relation === "different" || relation === "unknown";
    if (!comparable || a.length === undefined || b.length === undefined) continue;
    const tableA = await seriesOf(a, "A", cache, missing);
    const tableB = await seriesOf(b, "B", cache, missing);
    if (!tableA || !tableB) continue;
    const { name } = a;
    steps.push({ name, rowsA: tableA.rows, rowsB: tableB.rows, ...compareSeries(tableA, tableB) });
  }
  const claims = pairs.filter(({ a, b }) => a.kind === claimKind && b.kind === claimKind);
  const changed = claims.filter(({ a, b }) => holds(a.verdict) !== holds(b.verdict));
  const judged = claims.filter(({ a }) => a.verdict);
  return {
    steps,
    missing,
    claims: changed.map(({ a, b }) => ({ a, b })),
    agreeing: judged.filter((claim) => !changed.includes(claim)).length,
  };
}

function holds(verdict: NotedVerdict | undefined): boolean | undefined {
  return verdict?.holds;
}

/** Only looks: a damaged stage stays where it is. Arrow is loaded here, once there is a table to read. */
async function seriesOf(
  { name, fingerprint, length }: SideStep,
  side: Missing["side"],
  cache: Cache,
  missing: Missing[],
): Promise<SeriesTable | undefined> {
  try {
    if (!wholeStage(cache, fingerprint, length)) {
      missing.push({ name, side });
      return undefined;
    }
    const { readStage } = await import("../runtime/stage-reader.js");
    return await readStage(cache, fingerprint, length).series();
  } catch (error) {
    if (!(error instanceof DamagedStage)) throw error;
    missing.push({ name, side, damage: error.damage.what });
    return undefined;
  }
}
