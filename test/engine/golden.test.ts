/**
 * Loss, gradient, Hessian-vector product and third derivative of two networks at a point, against
 * values that PyTorch computed in double precision at the same float32 weights.
 *
 * Tolerance: a float32 sum of n terms errs by about √n·2⁻²⁴ of their size, and the longest sums
 * here have 784. Means over examples cancel, so that errors weigh more relative to what is left:
 * at these points up to 18-fold in the gradient (the norm of the mean of the examples' absolute
 * gradients over the norm of the gradient, in double precision), 3-fold in the other two.
 */
import { readFileSync } from "node:fs";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { sizeOf } from "../../src/engine/graph.js";
import type { LossSource } from "../../src/engine/objective.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { relativeError } from "./close.js";
import { presentEngines } from "./present.js";

const ROUNDING = Math.sqrt(784) * 2 ** -24;
const TOLERANCE = { loss: ROUNDING, gradient: 18 * ROUNDING, others: 3 * ROUNDING };
const engines = await presentEngines();
const tf = await loadTfjs();

interface Unit {
  readonly point: string;
  readonly activation: "gelu" | "silu";
  readonly shapes: readonly (readonly number[])[];
  readonly loss: number;
  readonly uHu: number;
  readonly uHv: number;
  readonly vHv: number;
  readonly d3_uvu: number;
  readonly d3_uvv: number;
}

/** The elements of a little-endian, row-major .npy file, and the rows. */
function npy(folder: string, name: string) {
  const file = readFileSync(new URL(`../golden/${folder}/${name}`, import.meta.url));
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString("latin1", 10, start);
  const buffer = file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length);
  const values = header.includes("<i4") ? new Int32Array(buffer) : new Float32Array(buffer);
  return { rows: Number(/\((\d+),/.exec(header)![1]), values };
}

/** Classes become one-hot rows. */
function targets(folder: string, outputs: number): Float32Array {
  const { rows, values } = npy(folder, "y_train.npy");
  if (values instanceof Float32Array) return values;
  const oneHot = new Float32Array(rows * outputs);
  values.forEach((label, row) => {
    oneHot[row * outputs + label] = 1;
  });
  return oneHot;
}

const activations: Readonly<Record<Unit["activation"], (x: Tensor) => Tensor>> = {
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};

/** The network as PyTorch lays it out: weights [out, in], then biases. */
function source(folder: string, { shapes, activation }: Unit): LossSource {
  const { rows, values } = npy(folder, "x_train.npy");
  const outputs = shapes.at(-1)![0]!;
  return {
    parameters: shapes.map((shape, i) => ({ name: `p${i}`, shape })),
    data: [
      { name: "x", shape: [rows, values.length / rows], values: values as Float32Array },
      { name: "y", shape: [rows, outputs], values: targets(folder, outputs) },
    ],
    loss([w1, b1, w2, b2, w3, b3], [x, y]) {
      const dense = (input: Tensor, w: Tensor, b: Tensor) =>
        tf.add(tf.matMul(input, w, false, true), b);
      const f = activations[activation];
      const output = dense(f(dense(f(dense(x!, w1!, b1!)), w2!, b2!)), w3!, b3!);
      return tf.mul(tf.sum(tf.square(tf.sub(output, y!))), 0.5 / rows);
    },
  };
}

function unitVector(size: number, element: (i: number) => number): Float32Array {
  const values = Array.from({ length: size }, (_, i) => element(i));
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe.each(["gd-mlp-tiny", "gd-mlp-mnist"])("%s", (folder) => {
  const unit = JSON.parse(text(folder, "unit.json")) as Unit;

  it.each(engines)("agrees on $name", async (engine) => {
    const weights = npy(folder, unit.point).values as Float32Array;
    const size = unit.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    const u = unitVector(size, (i) => Math.sin(1 + 0.7 * i));
    const v = unitVector(size, (i) => Math.cos(2 + 1.3 * i));
    const objective = await engine.compile(source(folder, unit));
    const at = objective.at(weights);
    const { loss, gradient } = await at.lossAndGradient();
    const [hu, hv] = (await at.products([u, v])) as [Float32Array, Float32Array];
    const [, [vu]] = (await at.thirdDerivatives([u, v])) as [unknown, [Float32Array]];

    expect(Math.abs(loss / unit.loss - 1)).toBeLessThan(TOLERANCE.loss);
    expect(relativeError(gradient, npy(folder, "unit.grad.npy").values)).toBeLessThan(
      TOLERANCE.gradient,
    );
    expect(relativeError(hu, npy(folder, "unit.hvp_u.npy").values)).toBeLessThan(TOLERANCE.others);
    expect(relativeError(vu, npy(folder, "unit.d3_uv.npy").values)).toBeLessThan(TOLERANCE.others);
    // Scalars may cancel: they are compared on the scale of the vectors they are made of.
    const scale = Math.sqrt(dot(hu, hu));
    expect(Math.abs(dot(u, hu) - unit.uHu)).toBeLessThan(TOLERANCE.others * scale);
    expect(Math.abs(dot(u, hv) - unit.uHv)).toBeLessThan(TOLERANCE.others * scale);
    expect(Math.abs(dot(v, hv) - unit.vHv)).toBeLessThan(TOLERANCE.others * scale);
    const scale3 = Math.sqrt(dot(vu, vu));
    expect(Math.abs(dot(vu, u) - unit.d3_uvu)).toBeLessThan(TOLERANCE.others * scale3);
    expect(Math.abs(dot(vu, v) - unit.d3_uvv)).toBeLessThan(TOLERANCE.others * scale3);
    await objective.dispose();
  });
});

function text(folder: string, name: string): string {
  return readFileSync(new URL(`../golden/${folder}/${name}`, import.meta.url), "utf8");
}
