/**
 * What one model costs, in a process of its own: the largest memory that a process ever held can't
 * be told apart from what it did before. `node probe.js '{"text": …}'` prints one JSON object.
 */
import { openEngine } from "../../src/engine/index.js";
import { linearize } from "../../src/engine/programs.js";
import { traceGradient } from "../../src/engine/trace.js";
import { openCase } from "../cases/case.js";
import { interleave, stopwatch } from "../measure.js";
import { denseOfEqualArithmetic } from "./dense.js";
import { peakMemory } from "./memory.js";
import { operationsOf } from "./operations.js";
import type { Asked, Probed } from "./probed.js";

const asked: Asked = JSON.parse(process.argv[2]!);
const { text, vectors: k, threads, effort, compared } = asked;

const engine = await openEngine("onnx", { threads });
const open = await openCase({ text }, k);
const before = process.memoryUsage().rss;

const start = performance.now();
const objective = await engine.compile(open.source);
let compiling = (performance.now() - start) / 1000;

const point = objective.at(open.weights);
const vectors = open.vectors;
const works = {
  gradient: () => objective.at(open.weights).lossAndGradient(),
  product: () => point.products(vectors.slice(0, 1)),
  products: () => point.products(vectors),
  "third derivatives": () => point.thirdDerivatives(vectors),
};
// A program is compiled when it is run first; the run itself is not that.
const contenders = [];
for (const [name, work] of Object.entries(works)) {
  const first = await stopwatch(1, work);
  const second = await stopwatch(1, work);
  compiling += Math.max(0, first - second);
  contenders.push({ name, run: (times: number) => stopwatch(times, work), once: second });
}
const timings = await interleave(contenders, effort);
const probed: Probed = {
  parameters: objective.size,
  compiling,
  seconds: Object.fromEntries(timings.map(({ name, median }) => [name, median])),
  peakBytes: peakMemory(),
  addedBytes: peakMemory() - before,
  ...(compared && { dense: await againstDense() }),
};
console.log(JSON.stringify(probed));
process.exit();

/** A product's time over that of a dense model, were that one's arithmetic as much. */
async function againstDense() {
  const operations = operationsOf(linearize(await traceGradient(open.source), true).product);
  const examples = open.x.shape[0]!;
  const dense = await openCase(denseOfEqualArithmetic(operations, examples), 1);
  const others = operationsOf(linearize(await traceGradient(dense.source), true).product);
  const other = (await engine.compile(dense.source)).at(dense.weights);
  const [ours, theirs] = await interleave(
    [
      { name: "model", run: (times) => stopwatch(times, works.product) },
      { name: "dense", run: (times) => stopwatch(times, () => other.products(dense.vectors)) },
    ],
    effort,
  );
  return { operations, ratio: ours!.median / operations / (theirs!.median / others) };
}
