/** `npm run bench`: measures, prints a line a figure, and writes all of it as JSON. */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./cases/index.js";
import { gather } from "./contestants.js";
import { k } from "./figures.js";
import { temporaryFolder } from "./files.js";
import { home } from "./home.js";
import type { Effort } from "./measure.js";
import { microbenchmarks } from "./micro.js";
import { measureRates } from "./peak.js";
import { probedArchitectures, renderedArchitecture } from "./probes/architectures.js";
import { renderedTable, scalingTables } from "./probes/scaling.js";
import { fractionOfPeak, type Line, ratios, rendered } from "./report.js";
import { stepCases } from "./steps/cases.js";
import { timedSteps } from "./steps/steps.js";

const folderOf = (path: string) => fileURLToPath(new URL(path, home));
const steps = stepCases();
const probes = [
  { name: "architectures", doc: "compile time and memory of all of the paper's architectures" },
  { name: "scaling", doc: "time and memory against weights, examples and vectors" },
];
const benchmarks = [...cases, ...steps, ...probes];

/** What `--quick` does unless it is told what to do. */
const quickly = ["small", "large", "gd-mlp-mnist"];
const thorough: Effort = { rounds: 9, visit: 0.05, rest: 0.2, budget: 5, patience: 4 };
const quick: Effort = { rounds: 3, visit: 0.03, rest: 0.1, budget: 1.5, patience: 0.5 };

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      threads: { type: "string", default: String(availableParallelism()) },
      python: { type: "string", default: "python3" },
      json: { type: "string", default: folderOf("results.json") },
    },
  });
  if (flags.list) {
    for (const { name, doc } of benchmarks) console.log(`${name.padEnd(20)} ${doc}`);
    return;
  }
  const everything = benchmarks.map(({ name }) => name);
  const chosen = flags.only?.split(",") ?? (flags.quick ? quickly : everything);
  const unknown = chosen.filter((name) => !benchmarks.some((each) => each.name === name));
  if (unknown.length > 0) {
    throw new Error(`no benchmark is named '${unknown[0]}'; npm run bench -- --list names them`);
  }
  const effort = flags.quick ? quick : thorough;
  const threads = Number(flags.threads);
  if (!Number.isInteger(threads) || threads < 1) {
    throw new Error(`--threads is '${flags.threads}'; it must be a positive whole number`);
  }
  const contestants = await gather({
    python: flags.python,
    threads,
    folder: folderOf("peers"),
    talk: flags.verbose,
  });
  const { engines, peers, absent } = contestants;
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; threads: ${threads}`,
  );
  for (const { name, version } of engines) console.log(`${name}: ${version}`);
  for (const { name, version } of peers) console.log(`${name}: ${version}`);
  for (const { name, why } of absent) console.log(`${name}: absent (${why})`);

  const folder = temporaryFolder();
  const lines: Line[] = [];
  const rates = await measureRates(contestants, effort);
  for (const { name, size, rate } of rates.measured) {
    const gigaflops = `${(rate / 1e9).toPrecision(3)} Gflop/s`;
    console.log(`matrix product  ${size} x ${size}  ${name.padEnd(8)} ${gigaflops}`);
  }
  for (const given of cases.filter(({ name }) => chosen.includes(name))) {
    console.log(`\n${given.name}: ${given.doc}`);
    for await (const line of microbenchmarks(given, contestants, rates, folder, effort)) {
      lines.push(line);
      console.log(rendered(line));
    }
  }
  for (const given of steps.filter(({ name }) => chosen.includes(name))) {
    console.log(`\n${given.name}: ${given.doc}`);
    for await (const line of timedSteps(given, contestants, folder, effort)) {
      lines.push(line);
      console.log(rendered(line));
    }
  }
  for (const peer of peers) peer.close();
  const architectures = [];
  if (chosen.includes("architectures")) {
    console.log(`\narchitectures of the paper, of ${k} vectors`);
    for await (const each of probedArchitectures(k, threads, effort)) {
      architectures.push(each);
      console.log(renderedArchitecture(each));
    }
  }
  const scaling = [];
  if (chosen.includes("scaling")) {
    for await (const table of scalingTables(threads, effort)) {
      scaling.push(table);
      console.log(`\n${renderedTable(table)}`);
    }
  }
  const results = {
    machine: { processor: cpus()[0]?.model, processors: cpus().length, node: process.version },
    threads,
    contestants: [...engines, ...peers].map(({ name, version }) => ({ name, version })),
    absent,
    rates: rates.measured,
    lines: lines.map((line) => ({
      ...line,
      ratios: ratios(line),
      fractionOfPeak: fractionOfPeak(line),
    })),
    architectures,
    scaling,
  };
  writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
}

process.on("SIGINT", () => process.exit(130));
try {
  await main();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exit(1);
}
// Engines keep threads of their own.
process.exit();
