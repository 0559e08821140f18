/**
 * A deep graph, of which copies for all vectors would make programs too large: products and third
 * derivatives, batched or in several runs, are those that the reference computes.
 */
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { type LossSource, loadTfjs, openEngine } from "../../src/engine/index.js";
import { linearize } from "../../src/engine/programs.js";
import { traceGradient } from "../../src/engine/trace.js";
import { closeness } from "./close.js";
import { derivatives } from "./derivatives.js";
import { wave } from "./problems.js";

const tf = await loadTfjs();
const DEPTH = 160;

const source: LossSource = {
  parameters: [{ name: "w", shape: [2, 2] }],
  data: [],
  loss([w]) {
    let x: Tensor = tf.tensor([[0.3, -0.2]]);
    for (let i = 0; i < DEPTH; i++) x = tf.tanh(tf.add(tf.matMul(x, w!), 0.1));
    return tf.sum(x) as Scalar;
  },
};

it.each([
  ["batched", "onnx", "float64", 2 ** -53],
  ["in turns", "wasm", "float32", 2 ** -24],
] as const)("deals with many vectors %s", async (_how, name, precision, rounding) => {
  const { product, thirdDerivative } = linearize(await traceGradient(source), true);
  const [w, ...vectors] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((phase) =>
    Float64Array.from(wave(4, phase)),
  ) as [Float64Array, ...Float64Array[]];
  const some = vectors.slice(0, 3);
  // Eight products, and the third derivatives of six pairs, don't go together.
  expect(8 * product.nodes.length).toBeGreaterThan(20_000);
  expect(6 * thirdDerivative.nodes.length).toBeGreaterThan(60_000);

  const engine = await openEngine(name, { threads: 1, precision });
  const objective = await engine.compile(source);
  const own = (vector: Float64Array) =>
    precision === "float64" ? vector : Float32Array.from(vector);
  const at = objective.at(own(w));
  const exact = await derivatives(source);
  const products = exact.products(w, vectors);
  (await at.products(vectors.map(own))).forEach((actual, i) => {
    expect(closeness(actual, products[i]!)).toBeLessThan(DEPTH * rounding);
  });
  const third = await at.thirdDerivatives(some.map(own));
  expect(third.map((row) => row.length)).toEqual([1, 2, 3]);
  const exactThird = exact.thirdDerivatives(w, some);
  third.flat().forEach((actual, i) => {
    expect(closeness(actual, exactThird[i]!)).toBeLessThan(DEPTH * rounding);
  });
  await objective.dispose();
});
