/** From a resolved chain of layers to parameters with names and shapes, and a function of them. */
import type { Tensor } from "@tensorflow/tfjs";
import { sizeOf } from "../data/axes.js";
import { isMisfit, type Settings, type Shape } from "../dsl/vocabulary.js";
import type { LayerKind, LayerParameter, Tf } from "./layers/layer.js";

/** A layer of the chain; `ResolvedLayer` is one. */
export interface ChainedLayer {
  readonly maker: string;
  readonly settings: Settings;
}

export interface Model {
  /** All parameters in order, named by the layer's place in the chain, as PyTorch does: `1.weight`. */
  readonly parameters: readonly LayerParameter[];
  /** Number of weights: the length of the flat vector. */
  readonly size: number;
  /** Axes of one example's output. */
  readonly output: Shape;
  /** Maps x of shape [examples, ...input] to [examples, ...output]; `parameters` as listed above. */
  apply(tf: Tf, parameters: readonly Tensor[], x: Tensor): Tensor;
}

interface Stage {
  readonly kind: LayerKind;
  readonly settings: Settings;
  readonly parameters: readonly LayerParameter[];
}

/** Throws if a maker isn't among `kinds` or a shape doesn't fit: a checked program has neither. */
export function buildModel(
  kinds: readonly LayerKind[],
  input: Shape,
  layers: readonly ChainedLayer[],
): Model {
  const stages: Stage[] = [];
  let shape = input;
  layers.forEach(({ maker, settings }, index) => {
    const kind = kinds.find((candidate) => candidate.name === maker);
    if (kind === undefined) throw new Error(`no layer is named '${maker}'`);
    const output = kind.output(settings, shape);
    if (isMisfit(output)) throw new Error(`layer ${index}: ${output.misfit}`);
    const parameters = kind
      .parameters(settings, shape)
      .map((parameter) => ({ ...parameter, name: `${index}.${parameter.name}` }));
    stages.push({ kind, settings, parameters });
    shape = output;
  });
  const parameters = stages.flatMap((stage) => stage.parameters);
  return {
    parameters,
    size: countWeights(parameters),
    output: shape,
    apply(tf, tensors, x) {
      let taken = 0;
      return stages.reduce((value, { kind, settings, parameters: { length } }) => {
        const own = tensors.slice(taken, taken + length);
        taken += length;
        return kind.apply(tf, settings, own, value);
      }, x);
    },
  };
}

function countWeights(parameters: readonly LayerParameter[]): number {
  return parameters.reduce((size, { shape }) => size + sizeOf(shape), 0);
}
