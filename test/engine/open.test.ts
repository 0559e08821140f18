import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type EngineName, EngineUnavailable, openEngine } from "../../src/engine/index.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { closeness } from "./close.js";
import { problems } from "./problems.js";

const attempt = (name: EngineName) =>
  openEngine(name, { threads: 1 }).catch((error: unknown) => error);

describe("opening an engine", () => {
  it.each([
    ["onnx", /^onnxruntime-node \d+\.\d+\.\d+$/],
    ["wasm", /^@tensorflow\/tfjs-backend-wasm \d+\.\d+\.\d+$/],
    ["cpu", /^@tensorflow\/tfjs-backend-cpu \d+\.\d+\.\d+$/],
  ] as const)("names the library and version of %s", async (name, version) => {
    const engine = await openEngine(name, { threads: 1 });
    expect(engine.name).toBe(name);
    expect(engine.version).toMatch(version);
  });

  it("either opens the optional engine or says how to get it", async () => {
    const result = await attempt("tensorflow");
    if (result instanceof Error) {
      expect(result).toBeInstanceOf(EngineUnavailable);
      const { engine, message, help } = result as EngineUnavailable;
      expect(engine).toBe("tensorflow");
      expect(message).toMatch(/^(the package )?@tensorflow\/tfjs-node /);
      expect(help).toContain("npm install @tensorflow/tfjs-node");
    } else expect(result).toMatchObject({ name: "tensorflow" });
  });

  it.each(["tensorflow", "wasm", "cpu"] as const)("refuses float64 on %s", async (name) => {
    const opening = openEngine(name, { threads: 1, precision: "float64" });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineUnavailable);
    expect(error).toMatchObject({
      message: `the engine '${name}' computes in float32 only, not in float64`,
      help: "use the engine onnx for float64",
    });
  });

  it("gives arrays of the precision asked for, and takes data of either", async () => {
    const tf = await loadTfjs();
    const data = [
      { name: "single", shape: [2], values: Float32Array.of(0.5, 1) },
      { name: "double", shape: [2], values: Float64Array.of(0.1, 0.2) },
    ];
    const source = {
      parameters: [{ name: "w", shape: [2] }],
      data,
      loss: ([w]: readonly Tensor[], [x, y]: readonly Tensor[]) =>
        tf.sum(tf.mul(tf.square(w!), tf.mul(x!, y!))) as Scalar,
    };
    const double = await openEngine("onnx", { threads: 1, precision: "float64" });
    const [in64, in32] = [
      await double.compile(source),
      await (await openEngine("onnx", { threads: 1 })).compile(source),
    ];
    const at = in64.at(Float64Array.of(1, 2));
    expect((await at.lossAndGradient()).gradient).toEqual(Float64Array.of(0.1, 0.8));
    expect(await at.products([Float64Array.of(1, 0)])).toEqual([Float64Array.of(0.1, 0)]);
    const { gradient } = await in32.at(Float32Array.of(1, 2)).lossAndGradient();
    expect(gradient).toEqual(Float32Array.of(0.1, 0.8));
    await in64.dispose();
    await in32.dispose();
  });

  it("computes the same with several threads", async () => {
    const { source, point, directions } = problems(await loadTfjs()).at(-1)!;
    const [one, two] = await Promise.all(
      [1, 2].map(async (threads) => {
        const engine = await openEngine("onnx", { threads });
        const objective = await engine.compile(source);
        const [product] = await objective.at(point).products(directions.slice(0, 1));
        await objective.dispose();
        return product!;
      }),
    );
    // Sums may be split among threads: a few roundings, each of 2⁻²⁴.
    expect(closeness(two!, one!)).toBeLessThan(8 * 2 ** -24);
  });
});
