import { expect, test, vi } from "vitest";

vi.mock("@tensorflow/tfjs", () => {
  throw new Error("TensorFlow.js was loaded");
});
vi.mock("apache-arrow", () => {
  throw new Error("Arrow was loaded");
});
vi.mock("ml-matrix", () => {
  throw new Error("linear algebra was loaded");
});

test("the vocabulary loads without TensorFlow.js, Arrow and linear algebra", async () => {
  const { vocabulary } = await import("../../src/cli/vocabulary.js");
  expect(vocabulary.processes.length).toBeGreaterThan(0);
});

test("entries, models and datasets load without TensorFlow.js and Arrow", async () => {
  const { layers, weights } = await import("../../src/models/index.js");
  const { buildModel } = await import("../../src/models/build.js");
  const { datasets } = await import("../../src/data/index.js");
  const dense = { maker: "dense", settings: { units: 1 } };
  const { parameters, size } = buildModel(layers, [3], [dense]);
  expect(weights[0]!.make({}, parameters, 0)).toHaveLength(size);
  expect(datasets.map(({ name }) => name)).toEqual(
    "mnist cifar10 sst2 sorting copying moons circles classification arrays table".split(" "),
  );
});
