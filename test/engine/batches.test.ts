/**
 * Sums over slices of the examples are what is computed of all of them at once, however they are
 * cut. Tolerance: as of one computation (see engines.test.ts); the slices are summed in float64.
 */
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  type BoundTensor,
  type LossSource,
  loadTfjs,
  type MapSource,
  openEngine,
} from "../../src/engine/index.js";
import { slicesOf } from "../../src/engine/slices.js";
import { closeness } from "./close.js";
import { presentEngines } from "./present.js";
import { wave } from "./problems.js";

const tf = await loadTfjs();
const COUNT = 11;
const examples = true;

/** Each row against its target, weighted by what is not an example; a mean over all examples. */
const source: LossSource = {
  parameters: [
    { name: "w", shape: [6, 3] },
    { name: "b", shape: [3] },
  ],
  data: [
    { name: "x", shape: [COUNT, 2, 3], values: wave(COUNT * 6, 1), examples },
    { name: "scale", shape: [3], values: wave(3, 2) },
    { name: "y", shape: [COUNT, 3], values: wave(COUNT * 3, 3), examples },
  ],
  loss([w, b], [x, scale, y]) {
    const rows = tf.reshape(x as Tensor, [x!.shape[0]!, 6]);
    const outputs = tf.mul(tf.tanh(tf.add(tf.matMul(rows, w!), b!)), scale!);
    return tf.div(tf.sum(tf.square(tf.sub(outputs, y!))), COUNT) as Scalar;
  },
};
const point = wave(21, 0.1);
const directions = [wave(21, 1), wave(21, 2)];

describe("slices", () => {
  const lengths = (batch: number) => slicesOf(source, batch).map(({ rows }) => rows);

  it.each([
    [1, Array(11).fill(1)],
    [3, [3, 3, 3, 2]],
    [4, [4, 4, 3]],
    [5, [4, 4, 3]],
    [6, [6, 5]],
    [10, [6, 5]],
    [11, [11]],
    [100, [11]],
  ])("are equal, but for the last, with at most %i examples", (batch, expected) => {
    expect(lengths(batch)).toEqual(expected);
  });

  it("hold every example once, and what is no example whole", () => {
    const slices = slicesOf(source, 4);
    const joined = slices.flatMap(({ source: { data } }) => [...data[0]!.values]);
    expect(joined).toEqual([...source.data[0]!.values]);
    expect(slices.map(({ source: { data } }) => data[2]!.shape)).toEqual([
      [4, 3],
      [4, 3],
      [3, 3],
    ]);
    for (const { source: slice } of slices) expect(slice.data[1]).toBe(source.data[1]);
  });

  const refused: [string, LossSource["data"], number, string][] = [
    ["no examples", [source.data[1]!], 2, "none of the data has examples to be cut into batches"],
    [
      "as many as",
      [source.data[0]!, { ...source.data[1]!, examples }],
      2,
      "the data 'scale' has 3 examples, but 'x' has 11",
    ],
    ["empty batches", source.data, 0, "a batch of 0 examples was asked for"],
    ["half examples", source.data, 1.5, "a batch of 1.5 examples was asked for"],
  ];
  it.each(refused)("are refused for %s", (_name, data, batch, message) => {
    expect(() => slicesOf({ ...source, data }, batch)).toThrow(message);
  });
});

/** Everything that an objective computes of the problem, in one list. */
async function everything(
  objective: Awaited<ReturnType<Awaited<ReturnType<typeof openEngine>>["compile"]>>,
) {
  const at = objective.at(point);
  const { loss, gradient } = await at.lossAndGradient();
  const products = await at.products(directions);
  const third = await at.thirdDerivatives(directions);
  expect(third.map((row) => row.length)).toEqual([1, 2]);
  await objective.dispose();
  return [Float32Array.of(loss), gradient, ...products, ...third.flat()];
}

describe.each(await presentEngines())("batches on $name", (engine) => {
  it.each([1, 4, 5, 11, 50])("of %i examples sum to the same", async (batch) => {
    const expected = await everything(await engine.compile(source));
    const actual = await everything(await engine.compile(source, { batch }));
    actual.forEach((values, i) => {
      expect(closeness(values, expected[i]!)).toBeLessThan(64 * 2 ** -24);
    });
  });

  it("keep points apart, and hand out arrays of the caller's own", async () => {
    const objective = await engine.compile(source, { batch: 4 });
    const [here, there] = [objective.at(point), objective.at(wave(21, 5))];
    const [first, other] = await Promise.all([here.lossAndGradient(), there.lossAndGradient()]);
    expect(closeness(first.gradient, other.gradient)).toBeGreaterThan(1e-3);
    const copy = first.gradient.slice();
    first.gradient.fill(0);
    expect((await here.lossAndGradient()).gradient).toEqual(copy);
    expect(await here.products([])).toEqual([]);
    expect(await here.thirdDerivatives([])).toEqual([]);
    await objective.dispose();
  });
});

describe.each(await presentEngines())("a map in batches on $name", (engine) => {
  const { parameters, data, loss } = source;
  const map: MapSource["map"] = (weights, given) => [
    tf.square(given[0]!),
    loss(weights, given),
    tf.mul(given[2]!, given[1]!),
  ];

  it.each([1, 4, 5, 11, 50])("of %i examples joins rows and sums scalars", async (batch) => {
    const seen: number[] = [];
    const whole = await engine.compileMap({ parameters, data, map });
    const batched = await engine.compileMap(
      {
        parameters,
        data,
        map(weights, given) {
          seen.push(given[0]!.shape[0]!);
          return map(weights, given);
        },
      },
      { batch },
    );
    const [expected, actual] = [await whole.run(point), await batched.run(point)];
    expect(actual.map(({ length }) => length)).toEqual([COUNT * 6, 1, COUNT * 3]);
    actual.forEach((values, i) => {
      expect(closeness(values, expected[i]!)).toBeLessThan(64 * 2 ** -24);
    });
    // One program for each size of slices, none of more examples than asked for.
    expect(seen).toEqual([...new Set(slicesOf(source, batch).map(({ rows }) => rows))]);
    expect(Math.max(...seen)).toBeLessThanOrEqual(batch);
    await Promise.all([whole.dispose(), batched.dispose()]);
  });

  it("refuses outputs that are neither", async () => {
    const columns: MapSource = { parameters, data, map: (_, [x]) => [tf.sum(x!, 0)] };
    await expect(engine.compileMap(columns, { batch: 4 })).rejects.toThrow(
      "an output of 4 examples has the shape [2,3]; to be computed in batches it must be a scalar or have a row an example",
    );
  });
});

describe("batches in float64", () => {
  it("sum to the same within rounding of float64", async () => {
    const engine = await openEngine("onnx", { threads: 1, precision: "float64" });
    const results = [];
    for (const options of [{}, { batch: 4 }]) {
      const objective = await engine.compile(source, options);
      const at = objective.at(Float64Array.from(point));
      const { loss, gradient } = await at.lossAndGradient();
      const [product] = await at.products([Float64Array.from(directions[0]!)]);
      results.push([Float64Array.of(loss), gradient, product!]);
      await objective.dispose();
    }
    const [whole, batched] = results as [Float64Array[], Float64Array[]];
    batched.forEach((values, i) => {
      expect(closeness(values, whole[i]!)).toBeLessThan(64 * 2 ** -53);
    });
  });
});

it("is a sum in double precision: many slices add no more rounding than few", async () => {
  const engine = await openEngine("onnx", { threads: 1 });
  const count = 4096;
  const ones: BoundTensor = {
    name: "x",
    shape: [count, 1],
    values: new Float32Array(count).fill(0.1),
    examples,
  };
  const objective = await engine.compile(
    {
      parameters: [{ name: "w", shape: [1] }],
      data: [ones],
      loss: ([w], [x]) => tf.sum(tf.mul(x!, w!)) as Scalar,
    },
    { batch: 1 },
  );
  const { loss, gradient } = await objective.at(Float32Array.of(1)).lossAndGradient();
  // Summed one by one in float32 it would be 409.616.
  const exact = count * Math.fround(0.1);
  expect(loss).toBeCloseTo(Math.fround(exact), 10);
  expect(gradient).toEqual(Float32Array.of(exact));
  await objective.dispose();
});
