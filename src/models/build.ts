/** From a resolved chain of layers to parameters with names and shapes, and a function of them. */
import type { Tensor } from "@tensorflow/tfjs";
import { sizeOf } from "../data/axes.js";
import { isMisfit, type Settings, type Shape } from "../dsl/vocabulary.js";
import type { LayerKind, LayerParameter, Tf } from "./layers/layer.js";

/** A layer of the chain; `ResolvedLayer` is one. */
export interface ChainedLayer {
  readonly maker: string;
  readonly settings: Settings;
  /** The chains that it is given, for layers that take some. */
  readonly branches?: readonly ChainedBranch[];
}

export interface ChainedBranch {
  readonly name: string;
  readonly layers: readonly ChainedLayer[];
}

export interface Model {
  /**
   * All parameters in order, named by the layer's place in the chain, as PyTorch does: `1.weight`,
   * and `3.shortcut.0.weight` of the first layer in a branch. A layer's own come before those of its
   * branches.
   */
  readonly parameters: readonly LayerParameter[];
  /** Number of weights: the length of the flat vector. */
  readonly size: number;
  /** Axes of one example's output. */
  readonly output: Shape;
  /** Maps x of shape [examples, ...input] to [examples, ...output]; `parameters` as listed above. */
  apply(tf: Tf, parameters: readonly Tensor[], x: Tensor): Tensor;
}

/** Throws if a maker isn't among `kinds` or a shape doesn't fit: a checked program has neither. */
export function buildModel(
  kinds: readonly LayerKind[],
  input: Shape,
  layers: readonly ChainedLayer[],
): Model {
  const { parameters, output, apply } = buildChain(kinds, input, layers, "");
  const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return { parameters, size, output, apply };
}

type Part = Omit<Model, "size">;

function buildChain(
  kinds: readonly LayerKind[],
  input: Shape,
  layers: readonly ChainedLayer[],
  prefix: string,
): Part {
  const parts: Part[] = [];
  let shape = input;
  layers.forEach((layer, index) => {
    const part = buildLayer(kinds, shape, layer, `${prefix}${index}`);
    parts.push(part);
    shape = part.output;
  });
  return {
    parameters: parts.flatMap(({ parameters }) => parameters),
    output: shape,
    apply(tf, tensors, x) {
      const shares = share(tensors, parts);
      return parts.reduce((value, part, i) => part.apply(tf, shares[i]!, value), x);
    },
  };
}

function buildLayer(
  kinds: readonly LayerKind[],
  input: Shape,
  { maker, settings, branches = [] }: ChainedLayer,
  place: string,
): Part {
  const kind = kinds.find((candidate) => candidate.name === maker);
  if (kind === undefined) throw new Error(`no layer is named '${maker}'`);
  const parts = branches.map(({ name, layers }) =>
    buildChain(kinds, input, layers, `${place}.${name}.`),
  );
  const named = <T>(values: readonly T[]) =>
    new Map(branches.map(({ name }, i) => [name, values[i]!]));
  const output = kind.output(settings, input, named(parts.map((part) => part.output)));
  if (isMisfit(output)) throw new Error(`layer ${place}: ${output.misfit}`);
  const own = kind
    .parameters(settings, input)
    .map((parameter) => ({ ...parameter, name: `${place}.${parameter.name}` }));
  return {
    parameters: [...own, ...parts.flatMap(({ parameters }) => parameters)],
    output,
    apply(tf, tensors, x) {
      const [first, ...shares] = share(tensors, [{ parameters: own }, ...parts]);
      const functions = parts.map((part, i) => (y: Tensor) => part.apply(tf, shares[i]!, y));
      return kind.apply(tf, settings, first!, x, named(functions));
    },
  };
}

/** Tensors in order, dealt out to parts by how many parameters each has. */
function share(tensors: readonly Tensor[], parts: readonly Pick<Part, "parameters">[]): Tensor[][] {
  let taken = 0;
  return parts.map(({ parameters: { length } }) => {
    taken += length;
    return tensors.slice(taken - length, taken);
  });
}
