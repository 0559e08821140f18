/** What every page carries: its own script, uPlot and its style. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface Assets {
  /** uPlot with its licence, and the page's own, in this order. */
  readonly scripts: readonly string[];
  readonly style: string;
}

/** Files of the page's script, from its folder, each after those that it imports. */
export const clientFiles = [
  "../../../drawing/ticks",
  "../../axis",
  "../../ascending",
  "../../downsample",
  "../../members",
  "unpack",
  "numbers",
  "theme",
  "curves",
  "paint",
  "chart",
  "legend",
  "figures",
  "live",
  "start",
] as const;

/** @param client  the folder of the compiled files of `client` */
export function readAssets(client: URL): Assets {
  const folder = join(createRequire(import.meta.url).resolve("uplot"), "..");
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  const licence = readFileSync(join(folder, "..", "LICENSE"), "utf8").trim();
  const own = clientFiles.map((name) => readFileSync(new URL(`${name}.js`, client), "utf8"));
  return {
    scripts: [`/*!\n${licence}\n*/\n${read("uPlot.iife.min.js")}`, joined(own)],
    style: read("uPlot.min.css"),
  };
}

/** Modules as one script: names are unique among them, so that imports and exports can go. */
export function joined(modules: readonly string[]): string {
  const bodies = modules.map((text) =>
    text
      .replace(/^import [^;]*;\n/gm, "")
      .replace(/^export (?=(const|let|function|class) )/gm, "")
      .replace(/^export \{\};?\n/gm, ""),
  );
  return `"use strict";\n(() => {\n${bodies.join("")}})();`;
}

/** As a content security policy names a script. */
export function scriptHash(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}
