/** What the programs of a network must not compute twice. */
import { describe, expect, it } from "vitest";
import { inputsOf, type KernelGraph } from "../../src/engine/graph.js";
import { linearize, productsGraph, thirdDerivativesGraph } from "../../src/engine/programs.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { problems } from "./problems.js";

const { source } = problems(await loadTfjs()).find(({ name }) => name === "mlp of gelu")!;
const linear = linearize(await traceGradient(source), true);

/** Matrix products with the examples: the costliest there are. */
function productsWithExamples({ nodes }: KernelGraph): number {
  const isExamples = (id: number): boolean => {
    const node = nodes[id]!;
    if (node.kind === "kernel") return node.kernel === "Reshape" && isExamples(node.inputs[0]!);
    return node.kind === "input" && node.name === "x0";
  };
  return nodes.filter(
    (node) =>
      node.kind === "kernel" && node.kernel === "BatchMatMul" && node.inputs.some(isExamples),
  ).length;
}

describe("the programs of an objective", () => {
  it("multiply with the examples once forward and once backward in a pass", () => {
    expect(productsWithExamples(linear.pass)).toBe(2);
    expect(productsWithExamples(linear.slopes)).toBe(0);
  });

  it.each([1, 2, 3])("do so once each way for each of %i products", (k) => {
    expect(productsWithExamples(productsGraph(linear, k))).toBe(2 * k);
  });

  it.each([1, 2, 3])("share %i forward passes among all third derivatives", (k) => {
    expect(productsWithExamples(thirdDerivativesGraph(linear, k))).toBe(k + (k * (k + 1)) / 2);
  });

  it("take nothing but what was kept of the point, and the vectors", () => {
    const kinds = (graph: KernelGraph) => new Set(inputsOf(graph).map(({ name }) => name[0]));
    expect(kinds(linear.pass)).toEqual(new Set(["w", "x"]));
    expect(kinds(linear.slopes)).not.toContain("v");
    const kept = linear.pass.outputs.slice(1 + source.parameters.length);
    const shapes = kept.map((id) => `${linear.pass.nodes[id]!.shape}`);
    // Before and after each activation and at the output; no copy of the examples, [5,6].
    expect(new Set(shapes)).toEqual(new Set(["5,4", "5,3", "5,2"]));
    const vectors = inputsOf(thirdDerivativesGraph(linear, 2))
      .map(({ name }) => name)
      .filter((name) => name.startsWith("v"));
    expect(new Set(vectors.map((name) => name.split(".")[0]))).toEqual(new Set(["v0", "v1"]));
  });
});
