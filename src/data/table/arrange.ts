/**
 * Which columns are inputs and which are targets, and what the targets ask for. Every way in which
 * tables don't fit that is a misfit; only the values of targets are read.
 */
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { classTask } from "../classes.js";
import type { TableSettings } from "./entry.js";
import { openTable } from "./open.js";
import { type Column, type Table, valuesOf } from "./table.js";

export type Label = number | string;

/** One file's part in the dataset. */
export interface Part {
  readonly table: Table;
  readonly features: readonly Column[];
  readonly targets: readonly Column[];
}

export interface Arrangement {
  readonly description: DatasetDescription;
  readonly train: Part;
  readonly test: Part | undefined;
  /** Of a classification, in the order of their classes. */
  readonly labels: readonly Label[];
}

export function arrange(settings: TableSettings): Arrangement | Misfit {
  const train = openPart("train", settings.train, settings);
  if (isMisfit(train)) return train;
  const names = train.features.map(({ name }) => name);
  const test =
    settings.test === undefined
      ? undefined
      : openPart("test", settings.test, { ...settings, features: names });
  if (test !== undefined && isMisfit(test)) return test;
  const asked = askedOf(settings, train, test);
  if (isMisfit(asked)) return asked;
  const { labels, ...task } = asked;
  const rows = { train: train.table.rows, test: test?.table.rows ?? 0 };
  return { description: { input: [names.length], ...task, ...rows }, train, test, labels };
}

function openPart(
  setting: "train" | "test",
  path: string,
  { target, features }: Pick<TableSettings, "target" | "features">,
): Part | Misfit {
  const table = openTable(path);
  if (isMisfit(table)) return { ...table, setting };
  if (table.rows === 0) return { misfit: `'${table.name}' holds no rows`, setting };
  const titles = table.columns.map(({ name }) => name);
  const twice = titles.find((name, i) => titles.indexOf(name) !== i);
  if (twice !== undefined) {
    return { misfit: `'${table.name}' has two columns of the name '${twice}'`, setting };
  }
  const blame = (where: "target" | "features") => (setting === "test" ? "test" : where);
  const targets = pick(table, typeof target === "string" ? [target] : target, blame("target"));
  if (isMisfit(targets)) return targets;
  const mixed = targets.find(({ kind }) => kind === "mixed" || kind === "other");
  if (mixed !== undefined) {
    const among = mixed.kind === "mixed" ? " among numbers" : "";
    return {
      misfit: `column '${mixed.name}' of '${table.name}' holds ${mixed.holds}${among}`,
      help: "targets are numbers, or labels that are no numbers",
      setting: blame("target"),
    };
  }
  const rest = table.columns.filter((column) => !targets.includes(column));
  const inputs = features === undefined ? rest : pick(table, features, blame("features"));
  if (isMisfit(inputs)) return inputs;
  const unfit = unfitFeature(table, inputs, targets, features === undefined);
  return unfit
    ? { ...unfit, setting: features ? blame("features") : setting }
    : { table, features: inputs, targets };
}

function pick(table: Table, names: readonly string[], setting: string): Column[] | Misfit {
  const picked: Column[] = [];
  for (const name of names) {
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined) {
      const known = table.columns.slice(0, 20).map((each) => `'${each.name}'`);
      const more = table.columns.length > 20 ? ", …" : "";
      return {
        misfit: `'${table.name}' has no column '${name}'`,
        help: `its columns are ${known.join(", ")}${more}`,
        setting,
      };
    }
    picked.push(column);
  }
  return picked;
}

/** Names that pandas gives to the numbers of rows, which say nothing about an example. */
const rowNumbers = /^(|Unnamed: 0|__index_level_\d+__)$/;

function unfitFeature(
  { name }: Table,
  features: readonly Column[],
  targets: readonly Column[],
  all: boolean,
): Misfit | undefined {
  const help = 'name the columns to learn from, as in features = ["a", "b"]';
  if (features.length === 0) return { misfit: `'${name}' has no column besides the targets` };
  const both = features.find((column) => targets.includes(column));
  if (both !== undefined) {
    return { misfit: `column '${both.name}' is a target and a feature`, help };
  }
  const numbers = features.find((column) => all && rowNumbers.test(column.name));
  if (numbers !== undefined) {
    return {
      misfit: `column '${numbers.name}' of '${name}' seems to hold the numbers of rows`,
      help,
    };
  }
  const wrong = features.find(({ kind }) => !["integer", "float", "boolean"].includes(kind));
  if (wrong === undefined) return undefined;
  return {
    misfit: `column '${wrong.name}' of '${name}' holds ${wrong.holds}; features are numbers`,
    help,
  };
}

type Asked = Pick<DatasetDescription, "task" | "outputs"> & Pick<Arrangement, "labels">;

function askedOf(settings: TableSettings, train: Part, test: Part | undefined): Asked | Misfit {
  const parts = test === undefined ? [train] : [train, test];
  const { targets, table } = train;
  const several = targets.length > 1;
  if (!settings.regression && !several && targets[0]!.kind !== "float") {
    return classesOf(settings, parts);
  }
  for (const part of parts) {
    const text = part.targets.find(({ kind }) => kind === "text" || kind === "boolean");
    if (text !== undefined) {
      return {
        misfit: `column '${text.name}' of '${part.table.name}' holds ${text.holds}; targets of a regression are numbers`,
        setting: part === train ? "target" : "test",
      };
    }
  }
  if (several && !settings.regression && targets.every(({ kind }) => kind === "integer")) {
    return {
      misfit: `the targets in '${table.name}' are several columns of integers`,
      help: "name one column of labels, or set regression = true",
      setting: "target",
    };
  }
  if (settings.binary) {
    return {
      misfit: "binary = true, but the targets are values (regression)",
      help: "remove it, or give labels as integers or text",
      setting: "binary",
    };
  }
  return { task: "regression", outputs: targets.length, labels: [] };
}

function classesOf({ binary }: TableSettings, parts: readonly Part[]): Asked | Misfit {
  const [train] = parts as [Part];
  const labels = new Set<Label>();
  for (const part of parts) {
    const { table } = part;
    const [target] = part.targets as [Column];
    const setting = part === train ? "target" : "test";
    if (
      (target.kind === "text") !== (train.targets[0]!.kind === "text") ||
      target.kind === "float"
    ) {
      return {
        misfit: `column '${target.name}' of '${table.name}' holds ${target.holds}, but in '${train.table.name}' it holds ${train.targets[0]!.holds}`,
        help: "training and test targets need one type; set regression = true if they are values",
        setting,
      };
    }
    const values = valuesOf(table, target);
    if (isMisfit(values)) return { ...values, setting };
    const inexact = values.findIndex((v) => typeof v === "number" && !Number.isSafeInteger(v));
    if (inexact >= 0) {
      return {
        misfit: `column '${target.name}' of '${table.name}' holds ${values[inexact]} in ${table.place(inexact)}, beyond the exact integers of float64`,
        setting,
      };
    }
    for (const value of values) labels.add(value);
  }
  const [{ name }] = train.targets as [Column];
  const sorted = [...labels].sort((a, b) => (a < b ? -1 : 1));
  if (sorted.length === 1) {
    return {
      misfit: `column '${name}' of '${train.table.name}' holds one label only, ${show(sorted[0]!)}`,
      help: "a classification needs two classes",
      setting: "target",
    };
  }
  if (sorted.length > fewClasses && sorted.length >= train.table.rows) {
    return {
      misfit: `column '${name}' of '${train.table.name}' would make ${sorted.length} classes of ${train.table.rows} rows`,
      help: "set regression = true if they are values",
      setting: "target",
    };
  }
  const task = classTask(sorted.length, binary);
  return isMisfit(task) ? task : { ...task, labels: sorted };
}

/** So many may be meant as classes even if no two rows have the same. */
const fewClasses = 20;

function show(label: Label): string {
  return typeof label === "string" ? `'${label}'` : String(label);
}
