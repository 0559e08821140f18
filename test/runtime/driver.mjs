/** A run to be killed: prints its worker's process id once the step named `busy` is under way. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runPlan } from "../../dist/runtime/run.js";

const [, , root, text] = process.argv;
const graph = JSON.parse(text);
const busy = graph.steps.find(({ name }) => name === "busy");

await runPlan(graph, {
  cache: { root },
  engine: "toy",
  registry: new URL("./toy.mjs", import.meta.url).href,
  onEvent: (event) => {
    const underWay = event.type === "log" || (event.type === "progress" && event.progress.done > 5);
    if (!underWay || event.step !== "busy") return;
    const lock = readFileSync(join(root, "locks", `${busy.fingerprint}.json`), "utf8");
    console.log(JSON.parse(lock).owners[1].pid);
  },
});
