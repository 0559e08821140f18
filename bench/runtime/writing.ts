/**
 * The share of a run's time that goes into keeping results: rows, snapshots, checkpoints and the final
 * files, synced to the disk. A step is run as a worker does it, with a clock around all that it writes.
 */
import { join } from "node:path";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check } from "../../src/dsl/index.js";
import { compile } from "../../src/plan/compile.js";
import type { StepGraph } from "../../src/plan/graph.js";
import { commitStage } from "../../src/runtime/cache.js";
import { writeTextDurably } from "../../src/runtime/files.js";
import { finalFolder, partialFolder, recordFile } from "../../src/runtime/layout.js";
import type { StageWriter, StepKind } from "../../src/runtime/step.js";
import { executeTask } from "../../src/runtime/task.js";
import { stepKinds } from "../../src/steps/index.js";
import type { Figure } from "./figure.js";
import { recordOf } from "./stage.js";

const text = `dataset digits = mnist { classes = [3, 5, 8, 9]  train = 500  test = 500 }
model mlp = flatten -> 2 * (dense(64) -> gelu) -> dense(outputs)
flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = gd(0.05)
  steps = 200
  snapshots { every = 20 }
  discrete  central
}
flow longer {
  dataset = digits  model = mlp  loss = mse  optimizer = gd(0.05)
  steps = 1000
  snapshots { every = 20 }
  discrete
}`;

const goal = 0.02;

export async function writing(folder: string, threads: number): Promise<Figure[]> {
  const { program } = check({ name: "writing.cflow", text }, vocabulary);
  const graph = compile(program!, { vocabulary, kinds: stepKinds, engine: "onnx" });
  const figures: Figure[] = [];
  for (const step of graph.steps) {
    const { total, written } = await timed(graph, step.name, folder, threads);
    if (step.length === undefined) continue;
    const name = `writing of '${step.name}', of ${total.toPrecision(2)} s`;
    figures.push({ name, value: written / total, goal, unit: "share" });
  }
  return figures;
}

/** Seconds in all, and of them those of writing. */
async function timed(graph: StepGraph, name: string, folder: string, threads: number) {
  const named = new Map(graph.steps.map((step) => [step.name, step]));
  const step = named.get(name)!;
  const cache = { root: folder };
  const clock = { computing: 0, writing: 0 };
  const kinds = stepKinds.map(
    (kind): StepKind => ({
      ...kind,
      load: async () => {
        const begun = performance.now();
        const run = await kind.load();
        clock.computing += performance.now() - begun;
        return async (context) => {
          const start = performance.now();
          await run({ ...context, out: clocked(context.out, clock) });
          clock.computing += performance.now() - start;
        };
      },
    }),
  );
  const { fingerprint, kind, parameters, local, inputs, length } = step;
  const task = {
    ...{ cache, fingerprint, kind, parameters, local, engine: "onnx", threads },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([role, input]) => [
        role,
        { fingerprint: named.get(input)!.fingerprint },
      ]),
    ),
    ...(length !== undefined && { length }),
  };
  const start = performance.now();
  const result = await executeTask(task, kinds, {
    signal: new AbortController().signal,
    tell() {},
  });
  if (result.type !== "done") throw new Error(JSON.stringify(result));
  const executed = performance.now();
  const finished = finalFolder(partialFolder(cache, fingerprint));
  await writeTextDurably(join(finished, recordFile), recordOf(step, result.files));
  commitStage(cache, finished, fingerprint, length);
  const end = performance.now();
  // What isn't the step's own is opening, finishing and committing its stage.
  const around = executed - start - clock.computing + (end - executed);
  return { total: (end - start) / 1000, written: (clock.writing + around) / 1000 };
}

function clocked(out: StageWriter, clock: { writing: number }): StageWriter {
  const timed =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      const start = performance.now();
      const count = () => {
        clock.writing += performance.now() - start;
      };
      const result = work(...args);
      if (result instanceof Promise) return result.finally(count) as R;
      count();
      return result;
    };
  return {
    ...out,
    tensors: timed(out.tensors),
    snapshot: timed(out.snapshot),
    checkpoint: timed(out.checkpoint),
    async series(columns) {
      const series = await out.series(columns);
      return { append: timed((row) => series.append(row)) };
    },
  };
}
