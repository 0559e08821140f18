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
