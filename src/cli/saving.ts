/** Files that a command writes for its user, none over another unless asked. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { replaceDurably } from "../runtime/files.js";
import { StepFailure } from "../runtime/step.js";
import { CallError } from "./exit.js";

/** What names of steps may hold and names of files had better not becomes `_`. */
export function fileNameOf(text: string): string {
  return text.replace(/[/\\:*?"<>|\p{C}\s]+/gu, "_");
}

/** Throws a `CallError` for a path that is taken. */
export function assertFree(path: string, force: boolean | undefined): void {
  if (force || !existsSync(path)) return;
  throw new CallError(`'${path}' is there already`, "--force replaces it, --out names another");
}

export async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceDurably(resolve(path), (put) => put(bytes));
  } catch (error) {
    const reason = existsSync(dirname(resolve(path)))
      ? (error as Error).message
      : `there is no folder '${dirname(path)}'`;
    throw new StepFailure(`cannot write '${path}': ${reason}`);
  }
}
