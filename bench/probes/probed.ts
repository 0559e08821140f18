/** What a probe is asked, and what it answers. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Effort } from "../measure.js";

export interface Asked {
  /** Of a case. */
  readonly text: string;
  readonly vectors: number;
  readonly threads: number;
  readonly effort: Effort;
  /** With a dense model of equal arithmetic. */
  readonly compared?: boolean;
}

export interface Probed {
  readonly parameters: number;
  /** Seconds to trace, differentiate and compile all programs of so many vectors. */
  readonly compiling: number;
  /** Medians of `gradient`, `product`, `products` and `third derivatives`. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Most memory that the process ever held. */
  readonly peakBytes: number;
  /** The same less what it held before it compiled. */
  readonly addedBytes: number;
  readonly dense?: {
    /** Of a product. */
    readonly operations: number;
    readonly ratio: number;
  };
}

const program = fileURLToPath(new URL("probe.js", import.meta.url));

export async function probe(asked: Asked): Promise<Probed> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(asked)], {
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}
