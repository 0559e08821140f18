/** A run that is going to be killed: of a graph of toy steps, with checkpoints every few rows. */
import { runPlan } from "../../dist/runtime/run.js";

const [, , root, text] = process.argv;
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => abort.abort());

const { steps } = await runPlan(JSON.parse(text), {
  cache: { root },
  engine: "toy",
  registry: new URL("./toy.mjs", import.meta.url).href,
  workers: 3,
  checkpoint: 0.02,
  signal: abort.signal,
  onEvent: (event) => console.log(JSON.stringify(event)),
});
process.exitCode = steps.every(({ status }) => status === "ran" || status === "cached") ? 0 : 1;
