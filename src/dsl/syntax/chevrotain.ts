/**
 * The parsing library, loaded from the single-file bundle that its package holds: the package's
 * entry point pulls in some hundred modules of lodash and takes 270 ms to load, the bundle 10 ms,
 * and an unchanged run of a pipeline has half a second for everything.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const entry = createRequire(import.meta.url).resolve("chevrotain");
const bundle = join(entry, "../../chevrotain.min.mjs");

export const chevrotain = (await import(
  existsSync(bundle) ? pathToFileURL(bundle).href : "chevrotain"
)) as typeof import("chevrotain");
