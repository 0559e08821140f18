import { BinaryReader } from "@bufbuild/protobuf/wire";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { lower } from "../../src/engine/onnx/lower.js";
import { encodeModel } from "../../src/engine/onnx/model.js";
import { linearize, productsGraph, thirdDerivativesGraph } from "../../src/engine/programs.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { problems } from "./problems.js";

const { source } = problems(await loadTfjs()).find(({ name }) => name === "mlp of gelu")!;
const models = async () => {
  const linear = linearize(await traceGradient(source), true);
  const graphs = [linear.pass, productsGraph(linear, 2), thirdDerivativesGraph(linear, 2)];
  return graphs.map((graph) => encodeModel(lower(graph, "float32")));
};

/** Field number → contents, of the length-delimited fields of a message. */
function fields(message: Uint8Array): [number, Uint8Array][] {
  const reader = new BinaryReader(message);
  const found: [number, Uint8Array][] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === 2) found.push([field, reader.bytes()]);
    else reader.skip(type);
  }
  return found;
}

describe("ONNX models", () => {
  it("are the same bytes every time", async () => {
    expect(await models()).toEqual(await models());
  });

  it("name inputs and outputs in order, and hold no data", async () => {
    const [pass, products, third] = (await models()) as [Uint8Array, Uint8Array, Uint8Array];
    const session = await InferenceSession.create(pass);
    expect(session.inputNames).toEqual(["w0", "w1", "w2", "w3", "w4", "w5", "x0", "x1"]);
    expect(session.outputNames.length).toBeGreaterThan(1 + source.parameters.length);
    await session.release();
    expect(products.length + third.length).toBeLessThan(100_000);
  });

  it("are ONNX of operator set 18", async () => {
    const [pass] = (await models()) as [Uint8Array];
    const graph = fields(pass).find(([field]) => field === 7)!;
    const operatorSet = fields(pass).find(([field]) => field === 8)!;
    expect(Array.from(operatorSet[1])).toEqual([0x10, 18]);
    const operators = new Set(
      fields(graph[1])
        .filter(([field]) => field === 1)
        .map(([, node]) => fields(node).find(([field]) => field === 4)![1])
        .map((name) => new TextDecoder().decode(name)),
    );
    expect([...operators].sort()).toEqual([
      "Add",
      "Erf",
      "Exp",
      "Gemm",
      "Mul",
      "Neg",
      "ReduceSum",
      "Reshape",
      "Sub",
    ]);
  });
});
