/** Which programs of several vectors are batched, and that their results are the same either way. */
import { describe, expect, it } from "vitest";
import { type Along, alongVectors } from "../../src/engine/along.js";
import { GraphBuilder } from "../../src/engine/builder.js";
import type { Device } from "../../src/engine/device.js";
import { mul, square } from "../../src/engine/emit.js";
import { inputsOf } from "../../src/engine/graph.js";
import { Layout } from "../../src/engine/layout.js";
import type { Linearization } from "../../src/engine/programs.js";
import { wave } from "./problems.js";
import { evaluate } from "./reference.js";

/** The loss Σ wᵢ⁴/12: products are w²·v, third derivatives 2w·u·v. */
function quartic(shapes: readonly number[]): Linearization {
  const g = new GraphBuilder();
  const parts = shapes.map((size, i) => {
    const input = (name: string) => g.input(`${name}${i}`, [size]);
    return { w: input("w"), u: input("v0."), v: input("v1.") };
  });
  const products = parts.map(({ w, u }) => mul(g, square(g, w), u));
  const third = parts.map(({ w, u, v }) =>
    mul(g, mul(g, mul(g, w, g.constant(Float32Array.of(2), [1])), u), v),
  );
  const none = g.finish([]);
  return {
    pass: none,
    slopes: none,
    product: g.finish(products),
    thirdDerivative: g.finish(third),
  };
}

/** A device that evaluates by the reference and notes how many inputs are vectors. */
function noting(batches: boolean): { device: Device; vectorInputs: number[] } {
  const vectorInputs: number[] = [];
  const device: Device = {
    name: "cpu",
    version: "reference",
    batches,
    allocate: (size) => new Float64Array(size),
    open: () => ({
      async compile(graph) {
        vectorInputs.push(inputsOf(graph).filter(({ name }) => name.startsWith("v")).length);
        return {
          async run(inputs, outputs) {
            evaluate(graph, inputs).forEach((values, i) => {
              outputs[i]!.set(values);
            });
          },
        };
      },
      dispose: async () => {},
    }),
  };
  return { device, vectorInputs };
}

async function checked(along: Along, shapes: readonly number[], k: number): Promise<void> {
  const sizes = shapes.reduce((sum, size) => sum + size, 0);
  const f64 = (phase: number) => Float64Array.from(wave(sizes, phase));
  const w = f64(0);
  const vectors = Array.from({ length: k }, (_, i) => f64(1 + i));
  const layout = new Layout(shapes.map((size, i) => ({ name: `p${i}`, shape: [size] })));
  const kept = layout.addParts(new Map(), w, (i) => `w${i}`);
  const expectedThird = vectors.flatMap((u, i) =>
    vectors.slice(0, i + 1).map((v) => w.map((x, j) => 2 * x * u[j]! * v[j]!)),
  );
  const both = await Promise.all([along.products(kept, vectors), along.products(kept, vectors)]);
  for (const products of both)
    expect(products).toEqual(vectors.map((v) => w.map((x, j) => x * x * v[j]!)));
  expect(await along.thirdDerivatives(kept, vectors)).toEqual(expectedThird);
}

const programs = (device: Device, shapes: readonly number[]) =>
  alongVectors(
    device,
    device.open([]),
    new Layout(shapes.map((size, i) => ({ name: `p${i}`, shape: [size] }))),
    quartic(shapes),
  );

describe("derivatives along several vectors", () => {
  const [small, large] = [
    [3, 2],
    [20_000, 20_000],
  ];

  it.each([
    ["batched where tensors are small", true, small, 3, [2, 2]],
    ["copied where they are large", true, large, 3, [6, 6]],
    ["copied on a device that doesn't batch", false, small, 3, [6, 6]],
    ["plain for one vector", true, small, 1, [2, 2]],
  ] as const)("are %s", async (_name, batches, shapes, k, expected) => {
    const { device, vectorInputs } = noting(batches);
    await checked(programs(device, shapes), shapes, k);
    expect(vectorInputs).toEqual(expected);
  });

  it("are compiled once for each number of vectors", async () => {
    const { device, vectorInputs } = noting(true);
    const along = programs(device, small);
    for (const k of [2, 4, 2, 4]) await checked(along, small, k);
    expect(vectorInputs).toHaveLength(4);
  });
});
