/** Options and arguments that commands share, and how their values are read. */
import { Argument, InvalidArgumentError, Option } from "commander";
import { engineNames } from "../../engine/objective.js";
import { defaults } from "../rerun.js";

export const collect = (value: string, before: string[]) => [...before, value];

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("Expected a positive whole number.");
  }
  return value;
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError("Expected a positive number of seconds.");
  }
  return value;
}

export function days(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError("Expected a number of days.");
  }
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("Expected a whole number.");
  }
  return value;
}

export function folder(text: string): string {
  if (text === "") throw new InvalidArgumentError("Expected the path of a folder.");
  return text;
}

export const file = () => new Argument("<file>", "a .cflow file");
export const set = () =>
  new Option("--set <name=value>", "set a param of the file; may be repeated")
    .argParser(collect)
    .default([], "none");
export const cache = () =>
  new Option("--cache <dir>", "where results are kept")
    .argParser(folder)
    .env("CFLOW_CACHE")
    .default(defaults.cache);
export const engine = () =>
  new Option("--engine <name>", "what computes tensors").choices(engineNames);
export const json = () => new Option("--json", "one JSON object a line, for scripts");
