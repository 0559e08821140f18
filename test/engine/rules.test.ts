/**
 * The derivative rules, in double precision against finite differences. The gradient is compared
 * with differences of the loss, products and third derivatives with differences of the gradient:
 * no rule vouches for another.
 *
 * Tolerance: with h = 1e-3 extrapolated differences err by about h⁴ = 1e-12 of the fifth
 * derivative, and by 1e-16/h² = 1e-10 of the values for second differences; values and fifth
 * derivatives reach some tens here.
 */
import { describe, expect, it } from "vitest";
import { expandFor } from "../../src/engine/expand.js";
import { sizeOf } from "../../src/engine/graph.js";
import { kernels } from "../../src/engine/kernels/index.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { closeness } from "./close.js";
import { derivatives, gradientByDifferences, namedInputs } from "./derivatives.js";
import { problems } from "./problems.js";
import { difference, evaluate } from "./reference.js";

const TOLERANCE = 2e-8;
const tf = await loadTfjs();
const table = problems(tf);

/** TensorFlow.js pairs the wrong matrices where both operands repeat; here it is as in NumPy. */
const otherwiseInTfjs = ["matMul each by each"];

describe.each(table)("$name", ({ name, source, point, directions }) => {
  it.skipIf(otherwiseInTfjs.includes(name))(
    "has the loss that TensorFlow.js computes",
    async () => {
      await tf.setBackend("cpu");
      let start = 0;
      const weights = source.parameters.map(({ shape }) => {
        start += sizeOf(shape);
        return tf.tensor(point.slice(start - sizeOf(shape), start), [...shape]);
      });
      const data = source.data.map(({ values, shape }) =>
        tf.tensor(values as Float32Array, [...shape]),
      );
      const loss = source.loss(weights, data).dataSync();
      const { loss: traced } = await derivatives(source);
      expect(closeness([traced(Float64Array.from(point))], loss)).toBeLessThan(64 * 2 ** -24);
    },
  );

  it("is the same made of what a device may have instead of its kernels", async () => {
    const graph = await traceGradient(source);
    const spelledOut = expandFor("a device", ({ expand }) => expand === undefined, graph);
    const inputs = namedInputs(source, Float64Array.from(point));
    const expected = evaluate(graph, inputs);
    evaluate(spelledOut, inputs).forEach((values, i) => {
      expect(closeness(values, expected[i]!)).toBeLessThan(1e-14);
    });
  });

  it("has the derivatives that finite differences have", async () => {
    const derived = await derivatives(source);
    const w = Float64Array.from(point);
    const [u, v] = directions.map((direction) => Float64Array.from(direction)) as [
      Float64Array,
      Float64Array,
    ];
    const product = difference(derived.gradient, u);
    const mixed = difference(product, v)(w);
    const pure = difference(product, u)(w);
    const [hu, hv] = derived.products(w, [u, v]);
    const [uu, vu, vv] = derived.thirdDerivatives(w, [u, v]);

    expect(closeness(derived.gradient(w), gradientByDifferences(derived, w))).toBeLessThan(
      TOLERANCE,
    );
    expect(closeness(hu!, product(w))).toBeLessThan(TOLERANCE);
    expect(closeness(hv!, difference(derived.gradient, v)(w))).toBeLessThan(TOLERANCE);
    expect(closeness(uu!, pure)).toBeLessThan(TOLERANCE);
    expect(closeness(vu!, mixed)).toBeLessThan(TOLERANCE);
    expect(closeness(vv!, difference(difference(derived.gradient, v), v)(w))).toBeLessThan(
      TOLERANCE,
    );
    expect(Math.max(...mixed.map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

it("has a problem for every kernel", async () => {
  const met = new Set<string>();
  for (const { source } of table)
    for (const node of (await traceGradient(source)).nodes)
      if (node.kind === "kernel") met.add(node.kernel);
  expect([...kernels.keys()].filter((name) => !met.has(name))).toEqual([]);
});
