/** From what a call names to results that are kept: steps of a file, or of the newest run that has them. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { printable } from "../dsl/cells.js";
import { nearest } from "../dsl/suggest.js";
import { defaultEngine, type EngineName } from "../engine/objective.js";
import { describeReason } from "../plan/reasons.js";
import { plan } from "../plan/staleness.js";
import { type Address, addressIn } from "../results/address.js";
import type { Kept } from "../results/kept.js";
import { findStage } from "../runtime/cache.js";
import { type RunRecord, runs } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import { reading } from "./damaged.js";
import { CallError } from "./exit.js";
import { type FileOptions, load, planOf } from "./load.js";

export interface SubjectOptions extends FileOptions {
  readonly cache: string;
  /** Goes with a file. */
  readonly engine?: EngineName;
}

export interface Subject {
  /** As it was named. */
  readonly text: string;
  readonly kept: Kept;
  /** What follows the step's name and a dot: a series, a tensor. */
  readonly part?: string;
  /** The file that it is computed from. */
  readonly file?: string;
}

/**
 * The results that arguments name, the first of which may be a file. Undefined, with everything
 * reported, if that has errors. Throws a `CallError` for what isn't kept.
 */
export function subjectsOf(
  args: readonly string[],
  options: SubjectOptions,
): Subject[] | undefined {
  const cache = { root: resolve(options.cache) };
  const [first, ...rest] = args;
  const file = isFile(first!, rest.length) ? first! : undefined;
  if (file === undefined) {
    for (const [name, given] of [
      ["--set", options.set.length > 0],
      ["--engine", options.engine !== undefined],
    ] as const) {
      if (given) throw new CallError(`${name} goes with a file`, "name a .cflow file first");
    }
    return args.map((text) => recorded(cache, text, options.cache));
  }
  if (rest.length === 0) {
    throw new CallError(`'${file}' alone names no step`, "add one, such as eos.central");
  }
  return planned(file, rest, cache, options);
}

function isFile(text: string, others: number): boolean {
  if (text.endsWith(".cflow")) return true;
  return others > 0 && statSync(text, { throwIfNoEntry: false }) !== undefined;
}

function planned(
  file: string,
  texts: readonly string[],
  cache: Cache,
  options: SubjectOptions,
): Subject[] | undefined {
  const program = load(file, options);
  if (!program) return undefined;
  const steps = plan(planOf(program, options.engine ?? defaultEngine), cache);
  const names = steps.map(({ step }) => step.name);
  return texts.map((text) => {
    const address = addressIn(names, text);
    if (!address) {
      throw new CallError(`'${file}' has no step '${printable(text)}'`, helpFor(text, names));
    }
    const { step, stage, reasons } = steps.find((each) => each.step.name === address.step)!;
    if (!stage) {
      throw new CallError(
        `no result of '${printable(step.name)}' is kept for these settings: ${reasons().map(describeReason).join("; ")}`,
        `cflow run ${file}, with the same options, computes it`,
      );
    }
    return { ...subject(text, address, { cache, ...step, stage }), file };
  });
}

function recorded(cache: Cache, text: string, shown: string): Subject {
  let newest: RunRecord | undefined;
  for (const run of runs(cache)) {
    newest ??= run;
    const address = addressIn(
      run.steps.map(({ name }) => name),
      text,
    );
    if (!address) continue;
    const step = run.steps.find(({ name }) => name === address.step)!;
    const { stage } = findStage(cache, step.fingerprint, step.length);
    if (!stage) {
      const file = run.subject?.file ?? "FILE";
      throw new CallError(
        `no result of '${printable(step.name)}' is kept from the last run that has it, ${run.id}: ${step.status}`,
        `cflow run ${file} computes it, or name a file whose result is kept`,
      );
    }
    const file = run.subject && { file: run.subject.file };
    return { ...subject(text, address, { cache, ...step, stage }), ...file };
  }
  if (!newest) {
    throw new CallError(`no run is recorded in '${shown}'`, "cflow run FILE makes one");
  }
  const names = newest.steps.map(({ name }) => name);
  throw new CallError(`no run has a step '${printable(text)}'`, helpFor(text, names));
}

function subject(text: string, { part }: Address, kept: Kept): Subject {
  const { cache, name, kind, fingerprint, length, stage } = kept;
  return {
    text,
    kept: { cache, name, kind, fingerprint, ...(length !== undefined && { length }), stage },
    ...(part !== undefined && { part }),
  };
}

/** Names that are listed. */
const listed = 12;

function helpFor(text: string, names: readonly string[]): string {
  const variants = names.filter((name) => addressIn([name.replace(/\[[^\]]*\]/g, "")], text));
  if (variants.length > 0) return `it has variants: ${listing(variants)}`;
  const near = nearest(text, names) ?? nearest(text.replace(/\.[^.]*$/, ""), names);
  return near === undefined ? `there are ${listing(names)}` : `did you mean '${printable(near)}'?`;
}

function listing(names: readonly string[]): string {
  const more = names.length > listed ? ` and ${names.length - listed} more` : "";
  return `${names.slice(0, listed).map(printable).join(", ")}${more}`;
}

/** Reads a result; one that turns out to be damaged is told of. */
export function readingSubject<T>(
  { kept, file = "FILE" }: Subject,
  read: () => Promise<T>,
): Promise<T> {
  const what = `the kept result of '${printable(kept.name)}'`;
  return reading(what, `cflow run ${file}, with the same options,`, read);
}
