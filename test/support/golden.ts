/** Golden cases: runs of ours, as users run them, beside the numbers of the paper's own code. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, expect } from "vitest";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { readStage } from "../../src/runtime/stage-reader.js";
import type { SeriesTable, StageReader } from "../../src/runtime/step.js";
import { bin } from "./workspace.js";

const golden = (path: string) => fileURLToPath(new URL(`../golden/${path}`, import.meta.url));

export interface RunStep {
  /** As in `mnist.central`. */
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
}

export interface GoldenRuns {
  /** Runs `FILE.cflow` of a case to its end. */
  run(name: string, file: string): Promise<readonly RunStep[]>;
  /** What a step kept; `rows` for trajectories, and only for them. */
  stage(step: RunStep, rows?: number): StageReader;
}

/** Runs in a cache of their own, removed after the last test of the file. */
export function goldenRuns(): GoldenRuns {
  const cache = mkdtempSync(join(tmpdir(), "cflow-golden-"));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));
  return {
    async run(name, file) {
      const args = ["run", golden(`${name}/${file}.cflow`), "--cache", cache, "--json"];
      const { stdout } = await execa("node", [bin, ...args]);
      return JSON.parse(stdout.trim().split("\n").at(-1)!).steps;
    },
    stage: ({ fingerprint }, rows) => readStage({ root: cache }, fingerprint, rows),
  };
}

/** A column of numbers, or one entry of a column of spectra. */
export function columnOf(table: SeriesTable, column: string, index?: number): number[] {
  if (index === undefined) return [...table.scalar(column)] as number[];
  return table.list(column).map((spectrum) => spectrum![index]!);
}

/** The first column of a golden array. */
export function column(name: string, file: string): number[] {
  const array = readNpy(golden(`${name}/${file}.npy`));
  if (isMisfit(array)) throw new Error(array.misfit);
  const width = array.shape[1] ?? 1;
  return Array.from({ length: array.shape[0]! }, (_, row) => Number(array.values[row * width]));
}

/** |a − b| / |b|, row by row. */
export function relative(a: readonly number[], b: readonly number[]): number[] {
  expect(a.length).toBe(b.length);
  return a.map((value, i) => Math.abs(value - b[i]!) / Math.abs(b[i]!));
}

export const worst = (a: readonly number[], b: readonly number[]) => Math.max(...relative(a, b));
export const average = (a: readonly number[], b: readonly number[]) => mean(relative(a, b));
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
/** Rows in which the flow's number of critical eigenvalues may differ: one a change of the count. */
export const changes = (counts: readonly number[]) =>
  counts.filter((count, i) => i > 0 && count !== counts[i - 1]).length;

/**
 * Rows in which the stable flow took another number of substeps, ⌈2S⌉, though 2S is no integer up to
 * the eigenvalue's accuracy.
 */
export function otherSubsteps(
  ours: readonly number[],
  theirs: readonly number[],
  sharpness: readonly number[],
): number[] {
  return [...ours.keys()].filter((row) => {
    const twice = 2 * sharpness[row]!;
    return ours[row] !== theirs[row] && Math.abs(twice - Math.round(twice)) > 1e-3 * twice;
  });
}
