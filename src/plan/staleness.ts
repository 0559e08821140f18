/**
 * What a run would do, step by step. Identity is content-addressed: a step is kept if its own stage
 * is, whatever became of its inputs, and inputs are run only if something that runs reads them.
 * The run uses this same function, so that what it does is what `plan` says.
 */
import { type Damage, findStage, partialRows, type Stage } from "../runtime/cache.js";
import { type Cache, lockFile } from "../runtime/layout.js";
import { ownerOf } from "../runtime/lock.js";
import type { Step, StepGraph } from "./graph.js";
import { type Comparison, explain, pastOf } from "./past.js";
import type { Reason } from "./reasons.js";

export interface PlannedStep {
  readonly step: Step;
  /**
   * `continue` is a run that goes on after `from` rows; `unneeded` has no stage, but nothing that
   * runs reads it.
   */
  readonly status: "cached" | "continue" | "run" | "unneeded";
  /** Rows to have: the most that steps of this fingerprint ask for. */
  readonly length?: number;
  readonly from?: number;
  /** The step of the same fingerprint that stands for this one. */
  readonly sameAs?: string;
  /** Of a cached step. */
  readonly stage?: Stage;
  readonly damaged: readonly Damage[];
  /** Why it has no stage. Comparing takes time: it is done when asked for, so ask before running. */
  readonly reasons: () => readonly Reason[];
  /** With what it is compared where it has to be made from the beginning. */
  readonly comparison: () => Comparison | undefined;
}

/** In the graph's order. Reads the cache's folders and records, and changes nothing. */
export function plan(graph: StepGraph, cache: Cache): readonly PlannedStep[] {
  const named = new Map(graph.steps.map((step) => [step.name, step]));
  const stepNamed = (name: string): Step => named.get(name)!;
  const first = new Map<string, Step>();
  const longest = new Map<string, number>();
  for (const step of graph.steps) {
    if (!first.has(step.fingerprint)) first.set(step.fingerprint, step);
    if (step.length !== undefined) {
      const length = Math.max(step.length, longest.get(step.fingerprint) ?? 0);
      longest.set(step.fingerprint, length);
    }
  }
  const past = pastOf(cache);
  const needed = new Set(targets(graph).map((step) => step.fingerprint));
  const planned = new Map<string, PlannedStep>();
  // Backwards: whether a step is needed is known once its readers are.
  for (const step of [...graph.steps].reverse()) {
    if (first.get(step.fingerprint) !== step) continue;
    const length = longest.get(step.fingerprint);
    const found = look(cache, step, length, needed.has(step.fingerprint), () =>
      explain(cache, step, stepNamed, past),
    );
    planned.set(step.fingerprint, found);
    if (found.status === "run" || found.status === "continue") {
      for (const name of Object.values(step.inputs)) needed.add(stepNamed(name).fingerprint);
    }
  }
  return graph.steps.map((step) => {
    const found = planned.get(step.fingerprint)!;
    return found.step === step ? found : { ...found, step, sameAs: found.step.name };
  });
}

function targets(graph: StepGraph): Step[] {
  if (graph.targets) return graph.steps.filter(({ name }) => graph.targets!.includes(name));
  const read = new Set(graph.steps.flatMap((step) => Object.values(step.inputs)));
  return graph.steps.filter((step) => step.length !== undefined || !read.has(step.name));
}

function look(
  cache: Cache,
  step: Step,
  length: number | undefined,
  needed: boolean,
  compare: () => Comparison,
): PlannedStep {
  const { stage, shorter, damaged } = findStage(cache, step.fingerprint, length);
  const common = { step, damaged, ...(length !== undefined && { length }) };
  if (stage) {
    const nothing = { reasons: () => [], comparison: () => undefined };
    return { ...common, ...nothing, status: "cached", stage };
  }
  const kept = length === undefined ? 0 : partialRows(cache, step.fingerprint);
  const from = Math.max(shorter?.record.rows ?? 0, kept);
  const going: Reason[] = damaged.map(({ what }) => ({ form: "damaged", what }));
  if (length !== undefined && from > 0) {
    const form = kept === from && from < length ? "interrupted" : "longer";
    going.push({ form, from, to: length });
  }
  let compared: Comparison | undefined;
  const comparison = () => {
    if (going.length === 0) compared ??= compare();
    return compared;
  };
  const reasons = (): readonly Reason[] => {
    const owner = ownerOf(lockFile(cache, step.fingerprint));
    if (owner) return [{ form: "running", pid: owner.pid, host: owner.host }];
    return comparison()?.reasons ?? going;
  };
  const why = { comparison, reasons };
  if (!needed) return { ...common, ...why, status: "unneeded" };
  return from > 0
    ? { ...common, ...why, status: "continue", from }
    : { ...common, ...why, status: "run" };
}
