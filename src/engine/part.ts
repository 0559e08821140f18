/**
 * The programs of one loss on data of fixed shapes, compiled when first needed, and the derivatives
 * at a point that they compute.
 */
import { alongVectors } from "./along.js";
import type { Device, NamedValues, Workspace } from "./device.js";
import { type KernelGraph, sizeOf } from "./graph.js";
import type { Layout } from "./layout.js";
import { lazily } from "./lazily.js";
import { lending } from "./lending.js";
import type { LossSource, Vector } from "./objective.js";
import { linearize, resultName, slopeName } from "./programs.js";
import { traceGradient } from "./trace.js";

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
  const along = alongVectors(device, workspace, layout, linearization);

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
        products: (vectors) => withKept((kept) => along.products(kept, vectors)),
        thirdDerivatives: (vectors) => withKept((kept) => along.thirdDerivatives(kept, vectors)),
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

function outputSizes({ nodes, outputs }: KernelGraph): readonly number[] {
  return outputs.map((id) => sizeOf(nodes[id]!.shape));
}
