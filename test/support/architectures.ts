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

/** The model \`net\` of a text, for examples of any form. */
export function modelFrom(
  text: string,
  dataset: Pick<DatasetDescription, "input" | "outputs" | "task">,
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
  /** [examples, height, width, channels]. */
  readonly x: { readonly shape: Shape; readonly values: Float64Array };
  readonly y: { readonly shape: Shape; readonly values: Float32Array };
  readonly known: Case;
}

const texts: Readonly<Record<string, string>> = {
  mlp: mlp(10, "gelu"),
  "mlp-binary": mlp(10, "silu"),
  cnn: cnn(4),
  resnet: resnet(4, 1),
};

export const goldenArchitectures = Object.keys(texts);

/** A case such as \`cnn-mse\`; images come with channels first and are turned. */
export function goldenCase(architecture: string, loss: "mse" | "ce"): GoldenCase {
  const name = `${architecture}-${loss}`;
  const images = array(`${name}/x`);
  const [examples, channels, height, width] = images.shape as [number, number, number, number];
  const values = permuteAxes(images.values, images.shape, [0, 2, 3, 1]);
  const labels = array(`${name}/y`).values;
  const binary = architecture === "mlp-binary";
  const outputs = binary ? 1 : 4;
  const task = binary ? "binary" : "classification";
  const input = [height, width, channels];
  return {
    model: modelFrom(texts[architecture]!, { input, outputs, task }),
    task,
    x: { shape: [examples, ...input], values },
    y: binary
      ? { shape: [examples, 1], values: Float32Array.from(labels) }
      : oneHot(labels, outputs),
    known: json(`${name}/case.json`),
  };
}
