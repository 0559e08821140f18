/** `npm run bench:runtime`: what the runtime itself costs, a line a figure. */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../files.js";
import type { Effort } from "../measure.js";
import { commands } from "./commands.js";
import { type Figure, rendered } from "./figure.js";
import { memory } from "./memory.js";
import { planning } from "./planning.js";
import { writing } from "./writing.js";

const effort: Effort = { rounds: 9, visit: 0, rest: 0.1, budget: 30, patience: 30 };

const { values: flags } = parseArgs({ options: { json: { type: "string" } } });
const folder = temporaryFolder();
const figures: Figure[] = [];
const benchmarks = [
  () => commands(folder, effort),
  () => planning(folder, effort),
  async () => [await memory(folder)],
  () => writing(folder, availableParallelism()),
];
for (const benchmark of benchmarks) {
  for (const figure of await benchmark()) {
    figures.push(figure);
    console.log(rendered(figure));
  }
}
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(figures, null, 2)}\n`);
