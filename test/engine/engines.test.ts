/**
 * Every engine against the rules evaluated in double precision by the reference, on every problem
 * and order.
 *
 * Tolerance: each operation rounds by u of its result (6e-8 in float32, 1.1e-16 in float64), and
 * TensorFlow.js computes erf to 1.5e-7. The problems chain at most some forty operations on values
 * of order one, whose rounding errors add up to 64 u at worst.
 */
import { afterAll, describe, expect, it } from "vitest";
import { type Engine, openEngine, type Vector } from "../../src/engine/index.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { closeness } from "./close.js";
import { derivatives } from "./derivatives.js";
import { presentEngines } from "./present.js";
import { type Problem, problems, wave } from "./problems.js";

const TOLERANCE = 64 * 2 ** -24;
const engines = await presentEngines();
const table = problems(await loadTfjs());

it("finds the engines that come with the package", () => {
  expect(engines.map(({ name }) => name)).toEqual(expect.arrayContaining(["onnx", "wasm", "cpu"]));
});

/** Compares all that an engine computes of a problem, at point and directions made for it. */
async function check<V extends Vector>(
  engine: Engine<V>,
  { source, point, directions }: Problem,
  own: (values: Float32Array) => V,
  tolerance: number,
): Promise<void> {
  const exact = await derivatives(source);
  const w = Float64Array.from(point);
  const vectors = directions.map((direction) => Float64Array.from(direction));
  const objective = await engine.compile(source);
  const at = objective.at(own(point));
  const { loss, gradient } = await at.lossAndGradient();
  const products = await at.products(directions.map(own));
  const third = await at.thirdDerivatives(directions.map(own));

  expect(objective.size).toBe(point.length);
  expect(closeness([loss], [exact.loss(w)])).toBeLessThan(tolerance);
  expect(closeness(gradient, exact.gradient(w))).toBeLessThan(tolerance);
  const [exactProducts, exactThird] = [
    exact.products(w, vectors),
    exact.thirdDerivatives(w, vectors),
  ];
  expect(products).toHaveLength(exactProducts.length);
  products.forEach((product, i) => {
    expect(closeness(product, exactProducts[i]!)).toBeLessThan(tolerance);
  });
  expect(third.map((row) => row.length)).toEqual([1, 2, 3]);
  third.flat().forEach((h, i) => {
    expect(closeness(h, exactThird[i]!)).toBeLessThan(tolerance);
  });
  await objective.dispose();
}

describe.each(engines)("$name", (engine) => {
  it.each(table)("computes $name to third order", (problem) =>
    check(engine, problem, (values) => values, TOLERANCE),
  );
});

describe("onnx in float64", async () => {
  const engine = await openEngine("onnx", { threads: 1, precision: "float64" });
  it.each(table)("computes $name to third order", (problem) =>
    check(engine, problem, (values) => Float64Array.from(values), 64 * 2 ** -53),
  );
});

describe.each(engines)("an objective on $name", (engine) => {
  const [first, second] = [table.at(-4)!, table.at(-2)!];
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

  it("gives the same bytes every time, from one objective and from two", async () => {
    const runs = [];
    const objectives = [await engine.compile(first.source), await engine.compile(first.source)];
    for (const objective of [...objectives, ...objectives]) {
      const at = objective.at(first.point);
      const { loss, gradient } = await at.lossAndGradient();
      const products = await at.products(first.directions);
      const third = await at.thirdDerivatives(first.directions);
      runs.push({ loss, gradient, products, third });
    }
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
    for (const objective of objectives) await objective.dispose();
  });

  it("gives products and third derivatives that don't depend on how many are asked for", async () => {
    const objective = await engine.compile(first.source);
    const at = objective.at(first.point);
    const [u, v] = first.directions as [Float32Array, Float32Array];
    const [both, alone] = [await at.products([u, v]), await at.products([v])];
    expect(closeness(both[1]!, alone[0]!)).toBeLessThan(TOLERANCE);
    const [pair, single] = [await at.thirdDerivatives([u, v]), await at.thirdDerivatives([v])];
    expect(closeness(pair[1]![1]!, single[0]![0]!)).toBeLessThan(TOLERANCE);
    expect(await at.products([])).toEqual([]);
    expect(await at.thirdDerivatives([])).toEqual([]);
    await objective.dispose();
  });

  it("has symmetric second and third derivatives", async () => {
    const objective = await engine.compile(first.source);
    const at = objective.at(first.point);
    const [u, v, w] = first.directions as [Float32Array, Float32Array, Float32Array];
    const [hu, hv] = (await at.products([u, v])) as [Float32Array, Float32Array];
    expect(closeness([dot(u, hv)], [dot(v, hu)])).toBeLessThan(TOLERANCE);
    const h = await at.thirdDerivatives([u, v, w]);
    const [uv, uw, vw] = [h[1]![0]!, h[2]![0]!, h[2]![1]!];
    expect(closeness([dot(uv, w), dot(uw, v)], [dot(vw, u), dot(vw, u)])).toBeLessThan(TOLERANCE);
    await objective.dispose();
  });

  it("keeps points apart, and two objectives, in any order of calls", async () => {
    const [a, b] = [await engine.compile(first.source), await engine.compile(second.source)];
    const elsewhere = wave(first.point.length, 9);
    const weights = first.point.slice();
    const [here, there, other] = [a.at(weights), a.at(elsewhere), b.at(second.point)];
    weights.fill(0);
    const results = await Promise.all([
      there.products([first.directions[0]!]),
      other.thirdDerivatives([second.directions[0]!]),
      here.products([first.directions[0]!]),
      there.lossAndGradient(),
      other.lossAndGradient(),
      here.lossAndGradient(),
    ]);
    const [exactA, exactB] = [await derivatives(first.source), await derivatives(second.source)];
    const f64 = (x: Float32Array) => Float64Array.from(x);
    const [p, q, r] = [f64(elsewhere), f64(second.point), f64(first.point)];
    const v = [f64(first.directions[0]!)];
    expect(closeness(results[0][0]!, exactA.products(p, v)[0]!)).toBeLessThan(TOLERANCE);
    expect(
      closeness(results[1][0]![0]!, exactB.thirdDerivatives(q, [f64(second.directions[0]!)])[0]!),
    ).toBeLessThan(TOLERANCE);
    expect(closeness(results[2][0]!, exactA.products(r, v)[0]!)).toBeLessThan(TOLERANCE);
    expect(closeness(results[3].gradient, exactA.gradient(p))).toBeLessThan(TOLERANCE);
    expect(closeness(results[4].gradient, exactB.gradient(q))).toBeLessThan(TOLERANCE);
    expect(closeness(results[5].gradient, exactA.gradient(r))).toBeLessThan(TOLERANCE);
    await a.dispose();
    await b.dispose();
  });

  it("hands out arrays that are the caller's own", async () => {
    const objective = await engine.compile(first.source);
    const at = objective.at(first.point);
    const before = await at.lossAndGradient();
    const copy = before.gradient.slice();
    before.gradient.fill(Number.NaN);
    expect((await at.lossAndGradient()).gradient).toEqual(copy);
    await objective.dispose();
  });

  it("refuses vectors and data of the wrong size", async () => {
    const objective = await engine.compile(first.source);
    const short = new Float32Array(first.point.length - 1);
    expect(() => objective.at(short)).toThrow(
      `a vector of ${short.length} elements was given; the parameters have ${first.point.length}`,
    );
    await expect(objective.at(first.point).products([short])).rejects.toThrow("elements was given");
    await objective.dispose();
    const data = first.source.data.map((tensor) => ({ ...tensor, values: new Float32Array(1) }));
    await expect(engine.compile({ ...first.source, data })).rejects.toThrow(
      "the data 'd0' has 1 values; its shape [5,2,3] has 30",
    );
  });

  it("computes maps of the weights, among them the weights, the data and constants", async () => {
    const tf = await loadTfjs();
    const data = [{ name: "x", shape: [2], values: Float32Array.of(3, 4) }];
    const map = await engine.compileMap({
      parameters: [
        { name: "a", shape: [2] },
        { name: "b", shape: [] },
      ],
      data,
      map: ([a, b], [x]) => [tf.mul(a!, b!), a!, x!, tf.add(a!, x!), tf.zeros([3]), a!],
    });
    const results = await map.run(Float32Array.of(1, 2, 10));
    expect(results.map((result) => Array.from(result))).toEqual([
      [10, 20],
      [1, 2],
      [3, 4],
      [4, 6],
      [0, 0, 0],
      [1, 2],
    ]);
    await map.dispose();
  });

  it("has zero derivatives where the loss is linear or constant", async () => {
    const tf = await loadTfjs();
    const parameters = [{ name: "a", shape: [2] }];
    const linear = await engine.compile({
      parameters,
      data: [],
      loss: ([a]) => tf.sum(tf.mul(a!, tf.tensor([2, 3]))),
    });
    const at = linear.at(Float32Array.of(1, 1));
    expect(await at.lossAndGradient()).toEqual({ loss: 5, gradient: Float32Array.of(2, 3) });
    expect(await at.products([Float32Array.of(1, 1)])).toEqual([Float32Array.of(0, 0)]);
    expect(await at.thirdDerivatives([Float32Array.of(1, 1)])).toEqual([[Float32Array.of(0, 0)]]);
    await linear.dispose();
    const constant = await engine.compile({ parameters, data: [], loss: () => tf.scalar(7) });
    const { loss, gradient } = await constant.at(Float32Array.of(1, 1)).lossAndGradient();
    expect([loss, ...gradient]).toEqual([7, 0, 0]);
    await constant.dispose();
  });
});

afterAll(async () => {
  // What was compiled was freed: a leak in TensorFlow.js's backends would show here.
  const tf = await loadTfjs();
  expect(tf.memory().numTensors).toBe(0);
});
