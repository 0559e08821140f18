/** What a step prints, kept in a file until it succeeds: who has to find out why it failed needs all of it. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Cache, logFile } from "./layout.js";

export interface StepLog {
  add(line: string): void;
  /** The step failed: gives the log's place and end, if anything was printed. */
  keep(): KeptLog | undefined;
  /** Whatever there is of this step is of no interest any more. */
  drop(): void;
}

export interface KeptLog {
  readonly file: string;
  /** The last lines. */
  readonly tail: readonly string[];
}

/** Lines that are shown with a failure. */
const tailLines = 10;

export function stepLog(cache: Cache, fingerprint: string): StepLog {
  const file = logFile(cache, fingerprint);
  const tail: string[] = [];
  let written = true;
  return {
    add(line) {
      const first = tail.length === 0;
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      // A full disk is a matter for the step's results: its log is not worth failing for.
      try {
        if (first) {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, `${line}\n`);
        } else appendFileSync(file, `${line}\n`);
      } catch {
        written = false;
      }
    },
    keep: () => (tail.length > 0 && written ? { file, tail } : undefined),
    drop: () => rmSync(file, { force: true }),
  };
}
