/** The files that decide what a program means: its texts, its data and weights, and its commands' files. */
import { resolve } from "node:path";
import type { Made, Program } from "../dsl/index.js";
import { type Entry, isPathSetting } from "../dsl/vocabulary.js";
import { filesOfCommand } from "../programs/command.js";
import { vocabulary } from "./vocabulary.js";

/** Absolute paths, each once. */
export function filesOf({ source, imports, flows, commands }: Program): readonly string[] {
  const texts = [source, ...imports].map(({ name }) => resolve(name));
  const made = flows.flatMap((flow) => [
    ...pathsIn(flow.weights, vocabulary.weights),
    ...(flow.form === "supervised" ? pathsIn(flow.dataset, vocabulary.datasets) : []),
  ]);
  const own = commands.flatMap(({ settings, directory }) => filesOfCommand(settings, directory));
  return [...new Set([...texts, ...made, ...own])];
}

function pathsIn({ maker, settings }: Made, entries: readonly Entry[]): string[] {
  const { shape } = entries.find(({ name }) => name === maker)!.settings;
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === "string" && isPathSetting(shape[name] as Entry["settings"]) ? [value] : [],
  );
}
