/** The language on one page, in Markdown: what a vocabulary has, in its own words. */
import type { Code } from "../dsl/codes.js";
import { codes } from "../dsl/codes.js";
import type {
  BlockEntry,
  BranchForm,
  Entry,
  FunctionEntry,
  ProcessEntry,
  SeriesDescription,
  Vocabulary,
} from "../dsl/vocabulary.js";
import { writtenValue } from "../dsl/written.js";
import { statements } from "./statements.js";
import { type Setting, settingsOf } from "./takes.js";

const preface = `# The language

Written by \`npm run reference\` from the declarations that the program itself checks files against:
names, settings, ranges and defaults are those that it accepts. [tutorial.md](tutorial.md) shows the
language in use, and [grammar/cflow.ebnf](../grammar/cflow.ebnf) is its grammar.

A file is a list of declarations, in any order. White space means nothing, and so do line breaks and
commas between the entries of a block. \`// …\` and \`/* … */\` are comments. Settings are given by name,
in braces as in \`mnist { classes = 4  train = 500 }\` or in parentheses as in \`dense(units = 64)\`. In
parentheses, those that a heading below shows there need no name: \`dense(64)\`, \`dense(64, bias = false)\`,
\`gd(0.02)\`. Paths are relative to the folder of the file that they stand in.

Time is counted in steps of the optimizer. Norms are Euclidean.
A text alone decides what is computed: there is no clock, no environment, and no randomness but seeds.
[caching.md](caching.md#what-is-promised-bit-for-bit) says how far the same text gives the same bits.`;

export function referencePage(vocabulary: Vocabulary): string {
  const sections = [
    preface,
    "## Declarations",
    ...Object.values(statements).map(({ word, form, doc, example, file }) =>
      [
        `### ${word}`,
        "",
        `\`${form}\``,
        "",
        doc,
        "",
        ...(file ? fenced(...file) : []),
        "```cflow",
        example,
        "```",
      ].join("\n"),
    ),
    "## Datasets",
    ...vocabulary.datasets.map((entry) => described(entry)),
    "## Layers",
    layersPreface,
    ...vocabulary.layers.map((entry) => described(entry, entry.branches)),
    "## Distributions",
    "Where `weight` or `bias` of a layer takes a distribution. `in` and `out` are the numbers that one output sums over, and that one input goes to.",
    ...vocabulary.distributions.map((entry) => described(entry)),
    "## Losses",
    "Means over the examples; of sequences with a label at each position, over all positions of all examples whose label is not masked.",
    ...vocabulary.losses.map((entry) => described(entry)),
    "## Optimizers",
    "All are preconditioned gradient descent, w ← w − P⁻¹∇L(w).",
    ...vocabulary.optimizers.map((entry) => described(entry)),
    "## Schedules",
    "Functions of t, the number of gradients seen, for settings that take a schedule.",
    ...vocabulary.schedules.map((entry) => described(entry)),
    "## Weights",
    `Where a flow starts, as in \`weights = npy("w0.npy")\`; \`${vocabulary.weights[0]?.name}\` if it says nothing.`,
    ...vocabulary.weights.map((entry) => described(entry)),
    "## Functions of landscapes",
    table(
      ["function", "is"],
      vocabulary.smoothFunctions.map(({ name, doc }) => [`\`${name}(x)\``, doc]),
    ),
    "## Settings of a flow",
    settingsTable(settingsOf(vocabulary.flow)),
    "## Blocks",
    "What to measure and keep, of all processes of the flow that they stand in. A block may be written without settings: `compare`.",
    ...vocabulary.blocks.map((block) => blockSection(block, vocabulary)),
    "## Processes",
    ...processSections(vocabulary),
    "## Settings of a command",
    settingsTable(settingsOf(vocabulary.command.settings)),
    "## Functions of claims",
    "`from` and `to` are steps, `to` exclusive; without them a function sees the whole series. Values that were not measured take no part.",
    table(["function", "is"], vocabulary.functions.map(functionRow)),
    "## Errors",
    errorsPreface,
    ...errorSections(),
  ];
  return `${sections.join("\n\n")}\n`;
}

const layersPreface = `Shapes are those of one example: images [height, width, channels], sequences [positions, width],
tokens [positions]. \`cflow check FILE\` prints the shapes of a model, layer by layer.`;

function fenced(name: string, text: string): string[] {
  const language = name.endsWith(".py") ? "python" : "cflow";
  return [`\`\`\`${language} ${name}`, text, "```", ""];
}

function described(entry: Entry, branches?: BranchForm): string {
  const settings = settingsOf(entry.settings);
  const chains = branches === undefined ? [] : branchesInWords(branches);
  const positional = [...chains, ...entry.positional];
  const call = positional.length === 0 ? entry.name : `${entry.name}(${positional.join(", ")})`;
  return [
    `### ${call}`,
    entry.doc,
    ...(branches && branches.named.length > 0
      ? [`By name, a chain of layers: ${branches.named.map((name) => `\`${name}\``).join(", ")}.`]
      : []),
    ...(settings.length === 0 ? [] : [settingsTable(settings)]),
  ].join("\n\n");
}

function branchesInWords({ positional }: BranchForm): readonly string[] {
  return positional === "many" ? ["chain", "chain", "…"] : positional;
}

function settingsTable(settings: readonly Setting[]): string {
  return table(
    ["setting", "takes", "default", "is"],
    settings.map(({ name, takes, fallback, required, doc }) => [
      `\`${name}\``,
      takes,
      fallback === undefined ? (required ? "must be given" : "") : `\`${plain(fallback)}\``,
      doc,
    ]),
  );
}

/** Words stand bare in the language. */
function plain(value: unknown): string {
  return typeof value === "string" ? value : writtenValue(value);
}

function processSections({ processes }: Vocabulary): string[] {
  const [first, ...others] = processes;
  const common = (first?.series ?? []).filter((series) =>
    others.every((process) => process.series.some(({ name }) => name === series.name)),
  );
  return [
    "Each is written as its name, with settings if need be: `central { substeps = 4 }`. Row i of its series describes the start of step i. All processes have these series; what was not measured is null.",
    seriesTable(common),
    ...processes.map((process, i) => processSection(process, processes.slice(0, i), common)),
  ];
}

function processSection(
  process: ProcessEntry,
  before: readonly ProcessEntry[],
  common: readonly SeriesDescription[],
): string {
  const { name, doc, settings, series } = process;
  const same = before.find((each) => each.settings === settings && each.series === series);
  if (same) return `### ${name}\n\n${doc} Settings and series are those of \`${same.name}\`.`;
  const own = series.filter((each) => !common.some(({ name }) => name === each.name));
  if (own.length === 0) return described(process);
  return [described(process), "Its own series:", seriesTable(own)].join("\n\n");
}

/** A block that is a step of its own has series, which depend on the processes beside it. */
function blockSection(block: BlockEntry, { processes }: Vocabulary): string {
  if (block.step === undefined) return described(block);
  const some = processes.slice(0, 3).map(({ name }) => name);
  return [
    described(block),
    `It is a step of its own, with these series where the flow runs ${some.join(", ")}:`,
    seriesTable(block.step.series(some)),
  ].join("\n\n");
}

const kinds: Readonly<Record<SeriesDescription["kind"], string>> = {
  scalar: "number",
  spectrum: "spectrum",
  list: "list",
};

function seriesTable(series: readonly SeriesDescription[]): string {
  return table(
    ["series", "a row", "is"],
    series.map(({ name, kind, doc }) => [`\`${name}\``, kinds[kind], doc]),
  );
}

function functionRow({ name, doc, arguments: parts, range }: FunctionEntry): string[] {
  const names = [...parts.map((part) => part.name), ...(range ? ["from = …", "to = …"] : [])];
  return [`\`${name}(${names.join(", ")})\``, doc];
}

const errorsPreface = `All errors of a file are reported at once. A code stands for one kind of error for good, and links to
examples: texts that have the error, and what is said about them.`;

type Hundred = Code extends `CF${infer A}${infer B}${string}` ? `${A}${B}` : never;

const layers: Readonly<Record<Hundred, string>> = {
  "10": "Characters and words",
  "11": "Grammar",
  "12": "Names",
  "13": "Settings",
  "14": "Shapes",
  "15": "Claims",
  "16": "Files",
  "17": "Landscapes",
  "18": "Commands",
};

function errorSections(): string[] {
  const rows = Object.entries(codes);
  return Object.entries(layers).flatMap(([hundred, title]) => [
    `### ${title}`,
    table(
      ["code", "means"],
      rows
        .filter(([code]) => code.startsWith(`CF${hundred}`))
        .map(([code, meaning]) => [`[${code}](../test/dsl/rendered/${code}.txt)`, meaning]),
    ),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
