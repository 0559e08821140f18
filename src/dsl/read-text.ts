/** Files of the language are text in UTF-8. */
import { readFileSync } from "node:fs";
import type { Misfit } from "./vocabulary.js";

/**
 * The text of a file, or why it can't be had.
 *
 * @param name  what messages call it
 */
export function readText(path: string, name: string): string | Misfit {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    return whyNot(error, name);
  }
}

function whyNot(error: unknown, name: string): Misfit {
  if (error instanceof TypeError) return { misfit: `'${name}' is not text in UTF-8` };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return { misfit: `there is no file '${name}'` };
  if (code === "EISDIR") {
    return { misfit: `'${name}' is a folder`, help: "name a .cflow file in it" };
  }
  return { misfit: `cannot read '${name}': ${message}` };
}
