/**
 * Whole steps of the central flow, from the solution for eigenvectors to the last substep: in the
 * paper's discretization, which peers compute the paper's way, and in the default one. Every run is
 * the same step, from the same eigenvectors of the step before.
 */
import { optimizerKinds } from "../../src/dynamics/index.js";
import { savedVector } from "../../src/dynamics/processes/position.js";
import { savedBlock } from "../../src/dynamics/saved-block.js";
import type { Objective } from "../../src/engine/index.js";
import { summarize } from "../agreement.js";
import { flowsOf, openFlow } from "../cases/case.js";
import type { Contestants } from "../contestants.js";
import { writeCase } from "../files.js";
import type { Effort } from "../measure.js";
import { type Attempt, peerAttempt, race } from "../race.js";
import type { Line } from "../report.js";
import type { StepCase } from "./cases.js";
import { beginCentral, reach } from "./station.js";

/** The paper's code accepts eigenpairs at a residual of 10 n times this, relative. */
const tolerance = 1e-10;
/** Of the step's displacement, between ways to solve for eigenvectors up to that. */
const agreement = 1e-2;
/** Gradients that a step takes the time of, at least. */
const gradients = 50;

const methods = [
  { figure: "step, the paper's discretization", settings: { method: "authors", substeps: 4 } },
  { figure: "step, the default", settings: {} },
] as const;

export async function* timedSteps(
  given: StepCase,
  { engines, peers }: Contestants,
  folder: string,
  effort: Effort,
): AsyncGenerator<Line> {
  const flow = flowsOf(given.source, given.directory).find(({ processes }) =>
    processes.some(({ maker }) => maker === "central"),
  )!;
  const open = await openFlow(flow);
  const { size } = open.model;
  const compiled: { readonly name: string; readonly objective: Objective }[] = [];
  for (const engine of engines) {
    compiled.push({ name: engine.name, objective: await engine.compile(open.source) });
  }
  const { saved, optimizer: settings } = await reach(
    given,
    flow,
    open.model,
    compiled[0]!.objective,
  );
  const optimizer = optimizerKinds
    .find(({ name }) => name === flow.optimizer.maker)!
    .with(settings);
  const weights = savedVector(saved, "weights") as Float32Array;
  const vectors = savedBlock(saved, "eigenvector.") as readonly Float32Array[];

  const quick = [];
  for (const each of compiled) {
    await each.objective.at(weights).lossAndGradient();
    const start = performance.now();
    await each.objective.at(weights).lossAndGradient();
    const seconds = (gradients * (performance.now() - start)) / 1000;
    if (each === compiled[0] || seconds < effort.patience) quick.push(each);
  }
  const described = given.peer && writeCase(folder, given, { ...open, weights, vectors });
  for (const { figure, settings: method } of methods) {
    const begin = (objective: Objective) =>
      beginCentral(
        { objective, optimizer, tolerance: 10 * size * tolerance, settings: method },
        { weights, state: optimizer.initial(size) },
        saved,
      );
    const attempts: Attempt[] = quick.map(({ name, objective }) => ({
      name,
      async once() {
        const process = await begin(objective);
        await process.measure();
        await process.advance();
        const end = savedVector(process.save(), "weights") as Float32Array;
        return [end.map((value, i) => value - weights[i]!)];
      },
      summaries: (results) => results.map(summarize),
    }));
    const asked = {
      kind: "step",
      lr: settings.lr,
      ...{ substeps: 4, critical: 1.95, above: 1.5, tolerance },
    };
    const theirs = described && "method" in method ? peers : [];
    const others = theirs.map((peer) => peerAttempt(peer, described!, asked));
    const process = await begin(compiled[0]!.objective);
    const row = await process.measure();
    const { hvps, third_derivatives } = await process.advance();
    yield {
      case: given.name,
      figure: `${figure}, k = ${row.critical}`,
      ...(await race(attempts, others, effort, agreement)),
      ...(theirs.length > 0 && { goals: { jax: 5, torch: 20 } }),
      note: `${hvps} products, ${third_derivatives} third derivatives`,
    };
  }
  for (const { objective } of compiled) await objective.dispose();
}
