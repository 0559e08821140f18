/**
 * The programs of one loss on data of fixed shapes, compiled when first needed, and the derivatives
 * at a point that they compute.
 */
import type { Device, Executable, NamedValues, Workspace } from "./device.js";
import { type KernelGraph, sizeOf } from "./graph.js";
import type { Layout } from "./layout.js";
import { lazily } from "./lazily.js";
import { lending } from "./lending.js";
import type { LossSource, Vector } from "./objective.js";
import {
  linearize,
  productsGraph,
  resultName,
  slopeName,
  thirdDerivativesGraph,
  vectorName,
} from "./programs.js";
import { traceGradient } from "./trace.js";

/**
 * Nodes that a program of several vectors may have, counted as copies of the program of one; of
 * third derivatives half are shared. Starting a session takes longer than in proportion to them
 * (of twenty thousand, two seconds), and each number of vectors is a program of its own. Beyond,
 * vectors are dealt with by the same program, one after another.
 */
const MOST_NODES = { products: 20_000, thirdDerivatives: 60_000 };

/** Points that keep what their derivatives share: a step works at one, and compares it with another. */
const PLACES = 2;

interface Passed {
  readonly loss: number;
  readonly gradient: Vector;
  /** The inputs and what the pass left for others. */
  readonly kept: NamedValues;
}

export interface Part {
  /** @param inputs  the weights, and the data that isn't bound */
  at(inputs: NamedValues): PartPoint;
}

export interface PartPoint {
  lossAndGradient(): Promise<{ readonly loss: number; readonly gradient: Vector }>;
  products(vectors: readonly Vector[]): Promise<Vector[]>;
  /** Of the pairs i ≥ j of vectors, row by row. */
  thirdDerivatives(vectors: readonly Vector[]): Promise<Vector[]>;
}

/**
 * @param keep  whether to keep at a point what all derivatives there share: for a third of a
 *              product's time, memory for all activations
 */
export async function compilePart(
  device: Device,
  workspace: Workspace,
  layout: Layout,
  source: LossSource,
  keep: boolean,
): Promise<Part> {
  const linearization = linearize(await traceGradient(source), keep);
  const resultSizes = outputSizes(linearization.pass).slice(1 + source.parameters.length);
  const slopeSizes = outputSizes(linearization.slopes);
  const pass = await workspace.compile(linearization.pass);
  const slopes = lazily(() => workspace.compile(linearization.slopes));
  const products = family(workspace, (k) => productsGraph(linearization, k));
  const thirdDerivatives = family(workspace, (k) => thirdDerivativesGraph(linearization, k));
  const mixed = lazily(() => workspace.compile(linearization.thirdDerivative));
  const together = {
    products: Math.floor(MOST_NODES.products / linearization.product.nodes.length) || 1,
    pairs: Math.floor(MOST_NODES.thirdDerivatives / linearization.thirdDerivative.nodes.length),
  };

  const places = lending(PLACES, () => {
    let slopes: Vector[] | undefined;
    const slopesOnce = () => {
      slopes ??= slopeSizes.map(device.allocate);
      return slopes;
    };
    return { results: resultSizes.map(device.allocate), slopes: slopesOnce };
  });

  async function passAt(inputs: NamedValues, results: readonly Vector[]): Promise<Passed> {
    const [loss, gradient] = [device.allocate(1), device.allocate(layout.size)];
    await pass.run(inputs, [loss, ...layout.split(gradient), ...results]);
    return { loss: loss[0]!, gradient, kept: extended(inputs, results, resultName) };
  }

  async function slopesOf(kept: NamedValues, values: readonly Vector[]): Promise<NamedValues> {
    if (values.length === 0) return kept;
    await (await slopes()).run(kept, values);
    return extended(kept, values, slopeName);
  }

  /** Runs a program along `vectors`; its results, `count` flat vectors. */
  async function run(
    program: Executable,
    kept: NamedValues,
    vectors: readonly Vector[],
    count: number,
  ): Promise<Vector[]> {
    const inputs = new Map(kept);
    for (const [i, vector] of vectors.entries())
      layout.addParts(inputs, vector, (parameter) => vectorName(i, parameter));
    const results = Array.from({ length: count }, () => device.allocate(layout.size));
    await program.run(
      inputs,
      results.flatMap((result) => layout.split(result)),
    );
    return results;
  }

  return {
    at(inputs) {
      const point = {};
      let passed: Promise<Passed>;
      let linearized: Promise<NamedValues> | undefined;
      /** Does something after the pass, whose results lie in a place that may be another's by now. */
      function after<R>(work: (slopes: () => readonly Vector[]) => Promise<R>): Promise<R> {
        return places.lend(point, ({ results, slopes }, isNew) => {
          if (isNew) {
            passed = passAt(inputs, results);
            linearized = undefined;
          }
          return work(slopes);
        });
      }
      function withKept<R>(work: (kept: NamedValues) => Promise<R>): Promise<R> {
        if (!keep) return work(inputs);
        return after(async (slopes) => {
          linearized ??= passed.then(({ kept }) => slopesOf(kept, slopes()));
          return work(await linearized);
        });
      }
      return {
        lossAndGradient: lazily(() => after(() => passed)),
        products: (vectors) =>
          withKept(async (kept) => {
            const results: Vector[] = [];
            for (let start = 0; start < vectors.length; start += together.products) {
              const some = vectors.slice(start, start + together.products);
              results.push(...(await run(await products(some.length), kept, some, some.length)));
            }
            return results;
          }),
        thirdDerivatives: (vectors) =>
          withKept(async (kept) => {
            const k = vectors.length;
            const pairs = (k * (k + 1)) / 2;
            if (k === 0) return [];
            if (k === 1 || pairs <= together.pairs)
              return run(await thirdDerivatives(k), kept, vectors, pairs);
            const results: Vector[] = [];
            for (const [i, u] of vectors.entries())
              for (const v of vectors.slice(0, i + 1))
                results.push(...(await run(await mixed(), kept, [u, v], 1)));
            return results;
          }),
      };
    },
  };
}

function extended(
  values: NamedValues,
  more: readonly Vector[],
  nameOf: (index: number) => string,
): NamedValues {
  return new Map([...values, ...more.map((array, i) => [nameOf(i), array] as const)]);
}

/** Executables by number of vectors, compiled when first asked for. */
function family(workspace: Workspace, graph: (k: number) => KernelGraph) {
  const compiled = new Map<number, Promise<Executable>>();
  return (k: number): Promise<Executable> => {
    let executable = compiled.get(k);
    if (executable === undefined) {
      executable = workspace.compile(graph(k));
      compiled.set(k, executable);
    }
    return executable;
  };
}

function outputSizes({ nodes, outputs }: KernelGraph): readonly number[] {
  return outputs.map((id) => sizeOf(nodes[id]!.shape));
}
