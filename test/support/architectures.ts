/** The paper's architectures in the language, at any size, and their golden cases. */
import { readFileSync } from "node:fs";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { type NumberArray, permuteAxes } from "../../src/data/axes.js";
import { oneHot } from "../../src/data/examples.js";
import { readNpy } from "../../src/data/npy/index.js";
import { check, renderDiagnostics, type SupervisedFlow } from "../../src/dsl/index.js";
import { type DatasetDescription, isMisfit, type Shape } from "../../src/dsl/vocabulary.js";
import { buildModel, type Model } from "../../src/models/build.js";
import { layers } from "../../src/models/index.js";

export function mlp(width: number, activation: string): string {
  return `model net = flatten -> 2 * (dense(${width}) -> ${activation}) -> dense(outputs)`;
}

export function cnn(width: number): string {
  return `
layer stage(n) = conv(n, bias = false) -> gelu -> avgpool(2)
model net = stage(${width}) -> stage(2 * ${width}) -> flatten
  -> dense(4 * ${width}, bias = false) -> gelu -> dense(outputs)`;
}

/** Groups are as many at every stage; the shortcut of a stage that halves the image is 3 × 3. */
export function resnet(width: number, blocks: number): string {
  const scale = (3 * blocks) ** -0.5;
  return `
layer conv(n, stride) = conv(n, stride = stride, bias = false, weight = kaiming_normal(fan = "out"))
layer norm = groupnorm(${width})
layer branch(n, stride) =
  conv(n, stride) -> norm -> gelu -> conv(n, 1) -> groupnorm(${width}, weight = 0)
layer block(n) = residual(branch(n, 1), scale = ${scale})
layer halving(n) = residual(branch(n, 2), scale = ${scale}, shortcut = conv(n, 2) -> norm)
layer stage(n) = halving(n)${blocks > 1 ? ` -> ${blocks - 1} * block(n)` : ""}
model net = conv(${width}, 1) -> gelu -> ${blocks} * block(${width})
  -> stage(2 * ${width}) -> stage(4 * ${width})
  -> avgpool(4) -> flatten -> dense(outputs, weight = 0, bias = 0)`;
}

/** A SimpleViT with heads of 64 at any width; the norm at its end is the encoder's. */
export function vit(width: number, layers: number, heads: number, ff: number): string {
  return `
layer block = residual(layernorm -> attention(${heads}, head_width = 64, bias = false))
  -> residual(layernorm -> dense(${ff}) -> gelu -> dense(${width}))
model net = patches(4) -> layernorm -> dense(${width}) -> layernorm -> positions
  -> encoder(${layers} * block) -> mean -> dense(outputs, weight = 0, bias = 0)`;
}

export function lstm(width: number): string {
  return `model net = embedding(vocabulary, ${width}) -> 2 * lstm(${width}) -> dense(outputs)`;
}

export function transformer(width: number, layers: number, heads: number, ff: number): string {
  return `
model net = embedding(vocabulary, ${width}, scale = "sqrt", weight = xavier_uniform) -> positions
  -> decoder(${layers}, ${heads}, ${ff}) -> dense(outputs, weight = 0)`;
}

export function mamba(width: number): string {
  return `
model net = embedding(vocabulary, ${width}, weight = normal(0.02)) -> 2 * mamba -> rmsnorm
  -> dense(outputs, bias = false, weight = normal(0.002))`;
}

/** The model \`net\` of a text, for examples of any form. */
export function modelFrom(
  text: string,
  dataset: Omit<DatasetDescription, "train" | "test">,
): Model {
  const description = { ...dataset, train: 1, test: 0 };
  const given = { ...vocabulary.datasets[0]!, name: "given", describe: () => description };
  const flow = `flow f {
    dataset = given  model = net  loss = mse  optimizer = gd(1)  steps = 1  discrete
  }`;
  const source = { name: "net.cflow", text: `${text}\n${flow}` };
  const { program, diagnostics } = check(source, { ...vocabulary, datasets: [given] });
  if (program === undefined) throw new Error(renderDiagnostics(diagnostics));
  const [resolved] = program.flows as [SupervisedFlow];
  return buildModel(layers, dataset.input, resolved.model.layers);
}

const golden = (path: string) => new URL(`../golden/architectures/${path}`, import.meta.url);

export function array(path: string): { readonly shape: Shape; readonly values: Float64Array } {
  const read = readNpy(golden(`${path}.npy`).pathname);
  if (isMisfit(read)) throw new Error(read.misfit);
  return { shape: read.shape, values: Float64Array.from(read.values as NumberArray) };
}

export interface Case {
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  readonly counted_rows: number;
  readonly values: { readonly loss: number };
}

export function json<T>(path: string): T {
  return JSON.parse(readFileSync(golden(path), "utf8"));
}

export interface GoldenCase {
  readonly model: Model;
  readonly task: "classification" | "binary";
  /** [examples, height, width, channels], or tokens [examples, positions]. */
  readonly x: { readonly shape: Shape; readonly values: Float64Array };
  readonly y: { readonly shape: Shape; readonly values: Float32Array };
  readonly known: Case;
}

const texts: Readonly<Record<string, string>> = {
  mlp: mlp(10, "gelu"),
  "mlp-binary": mlp(10, "silu"),
  cnn: cnn(4),
  resnet: resnet(4, 1),
  vit: vit(8, 2, 2, 16),
  lstm: lstm(6),
  transformer: transformer(8, 2, 2, 32),
  mamba: mamba(8),
};

export const goldenArchitectures = Object.keys(texts);

/** A case such as `cnn-mse`; images come with channels first and are turned. */
export function goldenCase(architecture: string, loss: "mse" | "ce"): GoldenCase {
  const name = `${architecture}-${loss}`;
  const x = turned(array(`${name}/x`));
  const [examples, ...input] = x.shape as [number, ...number[]];
  const { values: labels, shape: rows } = array(`${name}/y`);
  const binary = architecture === "mlp-binary";
  const outputs = binary ? 1 : 4;
  const task = binary ? "binary" : "classification";
  const tokens = input.length === 1 ? { vocabulary: 4, positions: input[0]! } : {};
  return {
    model: modelFrom(texts[architecture]!, { input, outputs, task, ...tokens }),
    task,
    x,
    y: binary
      ? { shape: [examples, 1], values: Float32Array.from(labels) }
      : { shape: [...rows, outputs], values: oneHot(labels, outputs).values },
    known: json(`${name}/case.json`),
  };
}

/** Images of [examples, channels, height, width] with their channels last; anything else as it is. */
function turned(x: GoldenCase["x"]): GoldenCase["x"] {
  if (x.shape.length !== 4) return x;
  const axes = [0, 2, 3, 1];
  return {
    shape: axes.map((axis) => x.shape[axis]!),
    values: permuteAxes(x.values, x.shape, axes),
  };
}
