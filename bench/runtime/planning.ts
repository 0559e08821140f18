/** How long a plan of ten thousand steps takes: a sweep of seeds, with nothing kept or everything. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check } from "../../src/dsl/index.js";
import { compile } from "../../src/plan/compile.js";
import type { Step, StepGraph } from "../../src/plan/graph.js";
import { plan } from "../../src/plan/staleness.js";
import { type Cache, recordFile, stageFolder } from "../../src/runtime/layout.js";
import { stepKinds } from "../../src/steps/index.js";
import { type Effort, interleave } from "../measure.js";
import type { Figure } from "./figure.js";
import { recordOf } from "./stage.js";

const seeds = 2000;
const goal = 1;

const text = `sweep seed in [${Array.from({ length: seeds }, (_, seed) => seed)}]
dataset digits = mnist { classes = [3, 5, 8, 9]  train = 500  test = 500 }
model mlp = flatten -> 2 * (dense(64) -> gelu) -> dense(outputs)
flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = gd(0.05)
  steps = 400  seed = seed
  eigenvalues { above = 1.5 }
  discrete  midpoint  central  stable
}`;

function graphOf(): StepGraph {
  const { program } = check({ name: "seeds.cflow", text }, vocabulary);
  return compile(program!, { vocabulary, kinds: stepKinds, engine: "onnx" });
}

/** A stage as a run leaves it, but for what is in its file. */
function keep(cache: Cache, step: Step): void {
  const base = stageFolder(cache, step.fingerprint);
  const folder = step.length === undefined ? base : join(base, String(step.length));
  const content = "content";
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "content.arrow"), content);
  const file = { name: "content.arrow", size: content.length, sha256: "0".repeat(64) };
  writeFileSync(join(folder, recordFile), recordOf(step, [file]));
}

export async function planning(folder: string, effort: Effort): Promise<Figure[]> {
  const graph = graphOf();
  const empty: Cache = { root: join(folder, "empty") };
  const full: Cache = { root: join(folder, "full") };
  for (const step of graph.steps) keep(full, step);
  const timed = (name: string, work: () => unknown) => ({
    name,
    async run(times: number) {
      const start = performance.now();
      for (let i = 0; i < times; i++) work();
      return (performance.now() - start) / 1000;
    },
  });
  const count = graph.steps.length.toLocaleString("en-US");
  const timings = await interleave(
    [
      timed(`text to ${count} steps`, graphOf),
      timed(`plan of ${count} steps, nothing kept`, () => plan(graph, empty)),
      timed(`plan of ${count} steps, everything kept`, () => plan(graph, full)),
    ],
    effort,
  );
  return timings.map(({ name, median, samples }) => ({
    name,
    value: median,
    samples,
    goal,
    unit: "seconds",
  }));
}
