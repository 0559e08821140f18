/**
 * Functions of one variable that ONNX Runtime lacks or computes poorly, over all their range: few
 * roundings u, relative, also where the value is small.
 *
 * Tolerance: one u for each of the few operations that compose them, up to 4 u for ONNX Runtime's
 * own exp and tanh. 8 u of float64 are 1e-15.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { loadTfjs, openEngine, type Precision, type Vector } from "../../src/engine/index.js";
import { erf } from "./reference.js";

const tf = await loadTfjs();

const UNIT = { float64: 2 ** -53, float32: 2 ** -24 };

/** From 1e-12 to 8 in absolute value, of both signs; also where pieces meet. */
const points = [-1, 1].flatMap((sign) => [
  ...Array.from({ length: 2000 }, (_, i) => sign * 10 ** (-12 + (12.9 * i) / 2000)),
  ...[0.46875, 0.4687499, 0.46876, 1, 0.9999999, 5.9999, 6.0001].map((x) => sign * x),
]);

/** 1 − erfc by its continued fraction, where the series loses digits to e^−x². */
function exactErf(x: number): number {
  if (Math.abs(x) < 3) return erf(x);
  const y = Math.abs(x);
  let fraction = y;
  for (let k = 100; k > 0; k--) fraction = y + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-y * y) / Math.sqrt(Math.PI) / fraction);
}

const functions: [string, (x: Tensor) => Tensor, (x: number) => number][] = [
  ["erf", (x) => tf.erf(x), exactErf],
  ["expm1", (x) => tf.expm1(x), Math.expm1],
  ["log1p", (x) => tf.log1p(tf.exp(x)), (x) => Math.log1p(Math.exp(x))],
  ["log1p of what is small", (x) => tf.log1p(tf.div(x, 9)), (x) => Math.log1p(x / 9)],
  [
    "softplus",
    (x) => tf.softplus(tf.mul(x, 8)),
    (x) => Math.max(8 * x, 0) + Math.log1p(Math.exp(-Math.abs(8 * x))),
  ],
  [
    "sigmoid",
    (x) => tf.sigmoid(tf.mul(x, -4)),
    (x) => (x < 0 ? 1 / (1 + Math.exp(4 * x)) : Math.exp(-4 * x) / (1 + Math.exp(-4 * x))),
  ],
  ["elu", (x) => tf.elu(x), (x) => (x > 0 ? x : Math.expm1(x))],
  ["tanh", (x) => tf.tanh(x), Math.tanh],
];

async function evaluate(
  precision: Precision,
  f: (x: Tensor) => Tensor,
  x: Vector,
): Promise<Vector> {
  const engine = await openEngine("onnx", { threads: 1, precision });
  const map = await engine.compileMap({
    parameters: [{ name: "x", shape: [x.length] }],
    data: [],
    map: ([given]) => [f(given!)],
  });
  const [values] = await map.run(x as Float32Array & Float64Array);
  await map.dispose();
  return values!;
}

describe.each(["float64", "float32"] as const)("in %s", (precision) => {
  // In float32 ONNX Runtime's own sigmoid is used, which is zero below −18.
  const accurate = functions.filter(([name]) => name !== "sigmoid" || precision === "float64");

  it.each(accurate)("%s", async (_name, f, exact) => {
    const x = precision === "float64" ? Float64Array.from(points) : Float32Array.from(points);
    const values = await evaluate(precision, f, x);
    const errors = Array.from(x, (at, i) => Math.abs(values[i]! / exact(at) - 1));
    expect(Math.max(...errors)).toBeLessThan(8.5 * UNIT[precision]);
  });
});
