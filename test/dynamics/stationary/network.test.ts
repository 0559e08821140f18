/** The stationary preconditioner of a network with 26308 weights, by Hessian-vector products alone. */

import { fileURLToPath } from "node:url";
import type { Tensor } from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { readNpy } from "../../../src/data/npy/index.js";
import { isMisfit } from "../../../src/dsl/vocabulary.js";
import { optimizationSpeed } from "../../../src/dynamics/stationary/index.js";
import { openEngine } from "../../../src/engine/index.js";
import { loadTfjs } from "../../../src/engine/tfjs/load.js";
import { largestEigenpairs } from "../../../src/linalg/lobpcg.js";
import type { Vector } from "../../../src/linalg/vector.js";
import { primalOf, solved } from "./support.js";

const tf = await loadTfjs();
const engine = await openEngine("onnx", { threads: 1 });
const x = golden("x_train");
const labels = golden("y_train");
const rows = labels.length;
const y = new Float32Array(rows * 4);
labels.forEach((label, row) => {
  y[row * 4 + label] = 1;
});

const gelu = (input: Tensor) =>
  tf.mul(tf.mul(input, 0.5), tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1));

/** 784 → 32 → 32 → 4 as PyTorch lays it out, on the golden case's digits. */
const objective = await engine.compile({
  parameters: [[32, 784], [32], [32, 32], [32], [4, 32], [4]].map((shape, i) => ({
    name: `p${i}`,
    shape,
  })),
  data: [
    { name: "x", shape: [rows, 784], values: x },
    { name: "y", shape: [rows, 4], values: y },
  ],
  loss([w1, b1, w2, b2, w3, b3], [input, target]) {
    const first = gelu(tf.add(tf.matMul(input!, w1!, false, true), b1!));
    const second = gelu(tf.add(tf.matMul(first, w2!, false, true), b2!));
    const output = tf.add(tf.matMul(second, w3!, false, true), b3!);
    return tf.mul(tf.sum(tf.square(tf.sub(output, target!))), 0.5 / rows);
  },
});
afterAll(() => objective.dispose());

function golden(name: string): Float32Array {
  const path = new URL(`../../golden/gd-mlp-mnist/${name}.npy`, import.meta.url);
  const array = readNpy(fileURLToPath(path));
  if (isMisfit(array)) throw new Error(array.misfit);
  return Float32Array.from(array.values as ArrayLike<number>);
}

async function problemAt(name: string, learningRate: number) {
  const point = objective.at(golden(name));
  const { gradient } = await point.lossAndGradient();
  const operator = (vectors: readonly Vector[]) =>
    point.products(vectors as readonly Float32Array[]);
  return { operator, gradient, field: gradient.map((g) => Math.abs(g) / learningRate) };
}

describe("a network", () => {
  it("has P̄ with a proven gap, for few products, and fewer on the next step", async () => {
    const tolerance = 1e-3;
    const problem = await problemAt("central.w.200", 1e-3);
    const cold = await solved({ ...problem, tolerance });
    // A solve of its own, from random vectors: H ⪯ 2P.
    const top = await largestEigenpairs({
      size: problem.field.length,
      count: 2,
      operator: problem.operator,
      preconditioner: cold.preconditioner,
      seed: 77,
    });
    if (top.outcome === "not finite") throw new Error("not finite");
    expect(top.values[0]).toBeLessThan(2 * (1 + tolerance));
    const primal = primalOf(cold.preconditioner, problem.field);
    expect((primal - cold.certificate.dual) / primal).toBeLessThan(tolerance);

    const next = await problemAt("central.w.201", 1e-3);
    const again = await solved({ ...next, tolerance });
    const warm = await solved({ ...next, tolerance, start: cold.factor });
    expect(cold.products).toBeLessThan(500);
    expect(warm.products).toBeLessThan(again.products);

    // P̂ has the least trace of all feasible P, so less than gradient descent's at its edge.
    const hat = await solved({ ...problem, field: problem.field.map(() => 0), tolerance });
    const trace = [...hat.preconditioner].reduce((sum, p) => sum + p, 0);
    const edge = await largestEigenpairs({
      size: problem.field.length,
      count: 1,
      operator: problem.operator,
      preconditioner: 1,
    });
    if (edge.outcome === "not finite") throw new Error("not finite");
    expect(trace).toBeLessThan((problem.field.length * edge.values[0]!) / 2);
    // As in the paper's figures late in training: first term, stationary, gradient descent's edge.
    const speeds = [hat.preconditioner, cold.preconditioner, edge.values[0]! / 2].map((p) =>
      optimizationSpeed(problem.gradient, p),
    );
    expect(speeds).toEqual([...speeds].sort((a, b) => b - a));
  }, 60_000);
});
