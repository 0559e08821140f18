/**
 * Outputs, loss, gradient, Hessian-vector product and third derivative of the paper's networks at a
 * point, in float64, against values that the paper's own code computed in double precision.
 *
 * Tolerance: a thousand roundings of float64 for outputs and gradient, ten thousand for what
 * differentiates further; the data themselves are exact to some ten.
 */
import { readFileSync } from "node:fs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { loadTfjs, openEngine, type TensorShape } from "../../src/engine/index.js";
import { architectures, type Sizes } from "./architectures.js";
import { relativeError } from "./close.js";

const tf = await loadTfjs();
const engine = await openEngine("onnx", { threads: 1, precision: "float64" });
const networks = architectures(tf);

interface Case {
  readonly architecture: string;
  readonly loss_kind: "mse" | "ce" | "binary-mse" | "binary-ce";
  readonly sizes: Sizes;
  readonly parameters: readonly TensorShape[];
  readonly values: Readonly<Record<"loss" | "uHu" | "uHv" | "d3_uvu" | "d3_uvv", number>>;
}

function file(folder: string, name: string): Buffer {
  return readFileSync(new URL(`../golden/architectures/${folder}/${name}`, import.meta.url));
}

/** Shape and elements of a little-endian, row-major .npy file. */
function npy(folder: string, name: string) {
  const bytes = file(folder, `${name}.npy`);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const buffer = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
  const values = header.includes("<i8")
    ? Float64Array.from(new BigInt64Array(buffer), Number)
    : new Float64Array(buffer);
  const shape = /\(([\d, ]*)\)/
    .exec(header)![1]!
    .split(",")
    .flatMap((side) => Number(side) || []);
  return { shape, values };
}

/** Mean over the rows with a label, as `case.json` says it of each kind. */
function lossOf(kind: Case["loss_kind"], outputs: Tensor, labels: Tensor): Scalar {
  const counted = tf.cast(tf.greaterEqual(labels, 0), "float32");
  const classes = outputs.shape.at(-1)!;
  const rowwise = () => {
    if (kind === "binary-mse") {
      const signs = tf.sub(tf.mul(labels, 2), 1);
      return tf.div(tf.square(tf.sub(tf.squeeze(outputs, [1]), signs)), 2);
    }
    if (kind === "binary-ce") {
      const logits = tf.squeeze(outputs, [1]);
      return tf.sub(tf.softplus(logits), tf.mul(labels, logits));
    }
    const targets = tf.cast(tf.oneHot(tf.cast(labels, "int32"), classes), "float32");
    return kind === "mse"
      ? tf.div(tf.sum(tf.square(tf.sub(outputs, targets)), -1), 2)
      : tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(outputs)), -1));
  };
  return tf.div(tf.sum(tf.mul(rowwise(), counted)), tf.sum(counted));
}

function unitVector(size: number, element: (i: number) => number): Float64Array {
  const values = Float64Array.from({ length: size }, (_, i) => element(i));
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const cases = ["mlp", "mlp-binary", "cnn", "resnet", "vit", "lstm", "transformer", "mamba"];

describe.each(cases.flatMap((name) => [`${name}-mse`, `${name}-ce`]))("%s", (folder) => {
  const given = JSON.parse(file(folder, "case.json").toString()) as Case;
  const network = networks[given.architecture]!;
  const { parameters, sizes, values } = given;
  const [x, y] = ["x", "y"].map((name) => ({ name, ...npy(folder, name) })) as [
    ReturnType<typeof npy> & { name: string },
    ReturnType<typeof npy> & { name: string },
  ];
  const weights = npy(folder, "w").values;

  it("has the paper's outputs", async () => {
    const map = await engine.compileMap({
      parameters,
      data: [x],
      map: (w, [examples]) => [network(sizes, w, examples!)],
    });
    const [outputs] = await map.run(weights);
    expect(relativeError(outputs!, npy(folder, "outputs").values)).toBeLessThan(1000 * 2 ** -53);
    await map.dispose();
  });

  it("has the paper's derivatives", async () => {
    const objective = await engine.compile({
      parameters,
      data: [x, y],
      loss: (w, [examples, labels]) =>
        lossOf(given.loss_kind, network(sizes, w, examples!), labels!),
    });
    const u = unitVector(objective.size, (i) => Math.sin(1 + 0.7 * i));
    const v = unitVector(objective.size, (i) => Math.cos(2 + 1.3 * i));
    const at = objective.at(weights);
    const { loss, gradient } = await at.lossAndGradient();
    const [hu, hv] = (await at.products([u, v])) as [Float64Array, Float64Array];
    const [, [vu]] = (await at.thirdDerivatives([u, v])) as [unknown, [Float64Array]];

    expect(Math.abs(loss / values.loss - 1)).toBeLessThan(1000 * 2 ** -53);
    expect(relativeError(gradient, npy(folder, "grad").values)).toBeLessThan(1000 * 2 ** -53);
    expect(relativeError(hu, npy(folder, "hvp_u").values)).toBeLessThan(1e4 * 2 ** -53);
    expect(relativeError(vu, npy(folder, "d3_uv").values)).toBeLessThan(1e4 * 2 ** -53);
    // Scalars may cancel: they are compared on the scale of the vectors they are made of.
    const [scale, scale3] = [Math.sqrt(dot(hu, hu)), Math.sqrt(dot(vu, vu))];
    expect(Math.abs(dot(u, hu) - values.uHu)).toBeLessThan(1e4 * 2 ** -53 * scale);
    expect(Math.abs(dot(u, hv) - values.uHv)).toBeLessThan(1e4 * 2 ** -53 * scale);
    expect(Math.abs(dot(vu, u) - values.d3_uvu)).toBeLessThan(1e4 * 2 ** -53 * scale3);
    expect(Math.abs(dot(vu, v) - values.d3_uvv)).toBeLessThan(1e4 * 2 ** -53 * scale3);
    await objective.dispose();
  });
});
