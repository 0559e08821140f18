import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs";
import { describe, expect, it, vi } from "vitest";
import { inputsOf } from "../../src/engine/graph.js";
import { TraceError } from "../../src/engine/index.js";
import type { LossSource } from "../../src/engine/objective.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";

const tf = await loadTfjs();

function source(loss: (x: Tensor) => unknown): LossSource {
  return {
    parameters: [{ name: "x", shape: [3] }],
    data: [],
    loss: ([x]) => loss(x!) as Scalar,
  };
}

describe("tracing", () => {
  it("records a loss and its gradient as a graph", async () => {
    const { nodes, outputs } = await traceGradient(source((x) => tf.sum(tf.square(x))));
    const shown = nodes.map((node) =>
      node.kind === "kernel" ? `${node.kernel}(${node.inputs})` : node.kind,
    );
    expect(shown).toEqual(["input", "Square(0)", "Sum(1)", "Fill()", "Multiply(0,3)"]);
    expect(outputs).toEqual([2, 4]);
    expect(nodes[3]).toMatchObject({ attributes: { value: 2 }, shape: [] });
  });

  it("keeps constants in double precision, also those of TensorFlow.js's own gradients", async () => {
    const single = Float32Array;
    const { nodes } = await traceGradient(
      source((x) => tf.sum(tf.erf(tf.mul(x, tf.tensor(Float32Array.of(0.1, 0.2, 0.3)))))),
    );
    const values = nodes.map((node) =>
      node.kind === "constant" ? node.values : node.kind === "kernel" && node.attributes.value,
    );
    expect(values).toContainEqual(Float64Array.of(0.1, 0.2, 0.3));
    expect(values).toContain(2 / Math.sqrt(Math.PI));
    expect(Float32Array).toBe(single);
    expect(tf.util.isTypedArray(new Float64Array(1))).toBe(false);
  });

  it("recognizes what TensorFlow.js spells out, without the maximum", async () => {
    const { nodes } = await traceGradient(source((x) => tf.sum(tf.square(tf.logSoftmax(x)))));
    const kernels = nodes.map((node) => (node.kind === "kernel" ? node.kernel : node.kind));
    expect(kernels).toContain("LogSoftmax");
    expect(kernels).not.toContain("Max");
    expect(kernels).not.toContain("Log");
  });

  it("leaves out parameters that nothing depends on", async () => {
    const graph = await traceGradient(source(() => tf.scalar(1)));
    expect(inputsOf(graph)).toEqual([]);
    expect(graph.outputs.map((id) => graph.nodes[id]!.shape)).toEqual([[], [3]]);
  });

  it("computes nothing and leaves TensorFlow.js as it was", async () => {
    await tf.setBackend("cpu");
    const before = tf.memory().numTensors;
    await traceGradient(source((x) => tf.sum(tf.exp(x))));
    await expect(traceGradient(source((x) => tf.sum(tf.fft(x))))).rejects.toThrow();
    expect(tf.getBackend()).toBe("cpu");
    expect(tf.memory().numTensors).toBe(before);
    expect(Array.from(tf.exp(tf.scalar(0)).dataSync())).toEqual([1]);
  });

  it("doesn't print TensorFlow.js's advertisement", async () => {
    const warn = vi.spyOn(console, "warn");
    await tf.setBackend("cpu");
    tf.scalar(1).dispose();
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("what can't be traced", () => {
  const foreign = tf.scalar(2);
  const image = (x: Tensor) => tf.reshape(x, [1, 1, 3, 1]) as Tensor4D;
  const filter = (x: Tensor) => tf.reshape(x, [1, 3, 1, 1]) as Tensor4D;
  const cases: [string, (x: Tensor) => unknown, string][] = [
    [
      "a kernel without rules",
      (x) => tf.sum(tf.prod(x)),
      "the function uses the TensorFlow.js kernel 'Prod', which has no derivative rules here; use simpler operations such as add, mul, exp, sum or matMul",
    ],
    [
      "reading values",
      (x) => tf.scalar(x.dataSync()[0]!),
      "the function reads a tensor's values, which don't exist yet when it is compiled",
    ],
    [
      "a tensor made elsewhere",
      (x) => tf.sum(tf.mul(x, foreign)),
      "the function uses a tensor that was made outside of it; pass it as data or make it inside",
    ],
    [
      "text",
      () => tf.tensor(["a", "b"]),
      "the function makes a tensor of string; only float32, int32 and bool can be traced",
    ],
    [
      "a loss of integers",
      () => tf.scalar(1, "int32"),
      "the loss must be a float32 scalar, but is int32 of shape []; reduce it with sum or mean",
    ],
    [
      "a loss that isn't a scalar",
      (x) => tf.square(x),
      "the loss must be a float32 scalar, but is float32 of shape [3]; reduce it with sum or mean",
    ],
    [
      "a loss that isn't a tensor",
      () => 3,
      "the loss must return a scalar tensor, but returned number",
    ],
    [
      "images with channels first",
      (x) => tf.conv2d(image(x), filter(x), 1, "same", "NCHW"),
      "images must be laid out as NHWC, not NCHW",
    ],
    [
      "dilated convolutions",
      (x) => tf.conv2d(image(x), filter(x), 1, "same", "NHWC", 2),
      "a convolution dilated by 2 is not supported; dilate by 1",
    ],
    [
      "gathering by what isn't an integer",
      (x) => tf.engine().runKernel("GatherV2", { x, indices: x }, { axis: 0 }),
      "indices must be int32, not float32; cast them",
    ],
    [
      "gathering in batches",
      (x) => tf.gather(tf.reshape(x, [1, 3]), tf.tensor([[0]], [1, 1], "int32"), 1, 1),
      "gather in batches is not supported; gather with batchDims = 0",
    ],
    [
      "integers made by filling",
      () => tf.fill([2], 1, "int32"),
      "a fill of int32 is not supported; cast one",
    ],
    ["no result", () => undefined, "the loss must return a scalar tensor, but returned undefined"],
  ];

  it.each(cases)("names %s", async (_name, loss, message) => {
    const error = await traceGradient(source(loss)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TraceError);
    expect((error as Error).message).toBe(message);
  });

  it("notices a tensor that an earlier trace left behind", async () => {
    let cached: Tensor | undefined;
    const loss = (x: Tensor) => {
      cached ??= tf.keep(tf.scalar(2));
      return tf.sum(tf.mul(x, cached));
    };
    await traceGradient(source(loss));
    await expect(traceGradient(source(loss))).rejects.toThrow("made outside of it");
    cached?.dispose();
  });

  it("passes on the function's own errors", async () => {
    const loss = () => {
      throw new Error("mine");
    };
    await expect(traceGradient(source(loss))).rejects.toThrow("mine");
  });
});
