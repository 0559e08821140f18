/** The simplifier leaves every value as it was, and leaves nothing that it could have removed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../src/engine/builder.js";
import * as emit from "../../src/engine/emit.js";
import type { KernelGraph, NodeId } from "../../src/engine/graph.js";
import { SimplifyingBuilder, simplify } from "../../src/engine/simplify.js";
import { closeness } from "./close.js";
import { wave } from "./problems.js";
import { evaluate } from "./reference.js";

type Step = (g: GraphBuilder, pick: () => NodeId) => NodeId;

const unaryKernels = ["Neg", "Square", "Abs", "Relu", "Tanh", "Sigmoid"];
const binaryKernels = ["Add", "Sub", "Multiply", "Maximum", "RealDiv"];
const constants = [0, 1, -1, 2, 0.5];

/** Nodes that keep shape [2,3] or [3,2], so that any two can be combined. */
const steps: Step[] = [
  ...unaryKernels.map<Step>((kernel) => (g, pick) => g.kernel(kernel, [pick()])),
  ...binaryKernels.map<Step>((kernel) => (g, pick) => {
    const divisor = (x: NodeId) => (kernel === "RealDiv" ? emit.shift(g, emit.square(g, x), 1) : x);
    return g.kernel(kernel, [pick(), divisor(pick())]);
  }),
  ...constants.flatMap<Step>((value) => [
    (g, pick) => emit.scale(g, pick(), value),
    (g, pick) => emit.mul(g, emit.fill(g, [2, 3], value), pick()),
    (g, pick) => emit.sub(g, emit.fill(g, [1, 3], value), pick()),
    (g, pick) => emit.shift(g, pick(), value),
    (g, pick) => emit.pow(g, emit.shift(g, emit.square(g, pick()), 1), emit.fill(g, [], value)),
  ]),
  (g, pick) => emit.broadcastTo(g, emit.sum(g, pick(), [0], true), [2, 3]),
  (g, pick) => emit.broadcastTo(g, emit.sum(g, pick(), [1], true), [2, 3]),
  (g, pick) => emit.div(g, pick(), emit.fill(g, [2, 1], 4)),
  (g, pick) => emit.reshape(g, emit.reshape(g, pick(), [6]), [2, 3]),
  (g, pick) => emit.transpose(g, emit.transpose(g, pick(), [1, 0]), [1, 0]),
  (g, pick) => {
    const square = emit.matMul(g, pick(), emit.transpose(g, pick(), [1, 0]), false, false);
    return emit.matMul(g, square, pick(), true, false);
  },
  (g, pick) => g.kernel("Tile", [emit.reshape(g, pick(), [2, 3])], { reps: [1, 1] }),
  (g, pick) =>
    emit.slice(
      g,
      g.kernel("PadV2", [pick()], {
        paddings: [
          [1, 0],
          [0, 2],
        ],
        constantValue: 3,
      }),
      [1, 0],
      [2, 3],
    ),
];

/** A graph of two inputs, grown by the chosen steps from the chosen operands. */
function grow(choices: readonly (readonly [number, number, number])[]): KernelGraph {
  const g = new GraphBuilder();
  const nodes = [g.input("a", [2, 3]), g.input("b", [2, 3]), emit.fill(g, [2, 3], 2)];
  for (const [step, ...operands] of choices) {
    let next = 0;
    const pick = () => nodes[operands[next++ % operands.length]! % nodes.length]!;
    nodes.push(steps[step % steps.length]!(g, pick));
  }
  return g.finish(nodes.slice(-2));
}

const choices = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });
const inputs = new Map([
  ["a", wave(6, 0.7)],
  ["b", wave(6, 1.9)],
]);

/** Every node's value: where some are large, later differences may be all rounding. */
function isModerate({ nodes }: KernelGraph): boolean {
  const all = evaluate({ nodes, outputs: nodes.map((_, id) => id) }, inputs);
  return all.every((values) => values.every((value) => Math.abs(value) < 1e3));
}

describe("simplification", () => {
  it("keeps every value", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const graph = grow(chosen);
        fc.pre(isModerate(graph));
        const [before, after] = [graph, simplify(graph)].map((g) => evaluate(g, inputs));
        // Reordered products and merged constants err by 1e-12; a step may amplify it 1e3-fold.
        before!.forEach((values, i) => {
          expect(closeness(after![i]!, values)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("finds nothing more the second time", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const once = simplify(grow(chosen));
        expect(simplify(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  const shown = (build: (g: GraphBuilder, x: NodeId, y: NodeId) => NodeId): string => {
    const g = new SimplifyingBuilder();
    const show = (id: NodeId): string => {
      const node = g.node(id);
      if (node.kind === "input") return node.name;
      if (node.kind === "constant") return `[${node.values}]`;
      const flags = node.kernel === "BatchMatMul" ? Object.values(node.attributes).map(Number) : "";
      if (node.kernel === "Fill") return `${node.attributes.value}:[${node.shape}]`;
      return `${node.kernel}${flags}(${node.inputs.map(show)})`;
    };
    return show(build(g, g.input("x", [2, 3]), g.input("y", [2, 3])));
  };
  const ones = (g: GraphBuilder) => emit.fill(g, [2, 3], 1);

  it.each<[string, Parameters<typeof shown>[0], string]>([
    ["products with ones", (g, x) => emit.mul(g, ones(g), x), "x"],
    ["products with zeros", (g, x) => emit.mul(g, x, emit.fill(g, [], 0)), "0:[2,3]"],
    ["products with −1", (g, x) => emit.scale(g, x, -1), "Neg(x)"],
    ["factors of factors", (g, x) => emit.scale(g, emit.scale(g, x, 3), 2), "Multiply(x,6:[])"],
    ["sums with zeros", (g, x) => emit.add(g, emit.fill(g, [1, 3], 0), x), "x"],
    ["double negation", (g, x) => emit.neg(g, emit.neg(g, x)), "x"],
    ["sums with negatives", (g, x, y) => emit.add(g, emit.neg(g, y), x), "Sub(x,y)"],
    [
      "divisions by constants",
      (g, x) => emit.div(g, x, emit.fill(g, [], 4)),
      "Multiply(x,0.25:[])",
    ],
    ["powers of two", (g, x) => emit.pow(g, x, emit.fill(g, [], 2)), "Square(x)"],
    ["constants", (g) => emit.mul(g, ones(g), emit.fill(g, [3], 4)), "4:[2,3]"],
    [
      "transposed factors",
      (g, x, y) => emit.matMul(g, emit.transpose(g, x, [1, 0]), y, false, false),
      "BatchMatMul1,0(x,y)",
    ],
    [
      "twice transposed factors",
      (g, x, y) => emit.matMul(g, x, emit.transpose(g, y, [1, 0]), false, false),
      "BatchMatMul0,1(x,y)",
    ],
    [
      "broadcasts beside a full operand",
      (g, x, y) => emit.mul(g, x, emit.broadcastTo(g, emit.sum(g, y, [0], true), [2, 3])),
      "Multiply(x,Sum(y))",
    ],
    [
      "sums over unit axes",
      (g, x) => emit.sum(g, emit.reshape(g, x, [6, 1]), [1], false),
      "Reshape(x)",
    ],
    [
      "uniform data",
      (g, x) => emit.mul(g, x, g.constant(new Float32Array(6).fill(2), [2, 3])),
      "Multiply(x,2:[])",
    ],
  ])("removes %s", (_name, build, expected) => {
    expect(shown(build)).toBe(expected);
  });

  it("makes equal nodes once, also where operands are swapped", () => {
    const g = new SimplifyingBuilder();
    const [x, y] = [g.input("x", [2]), g.input("y", [2])];
    expect(emit.add(g, x, y)).toBe(emit.add(g, y, x));
    expect(emit.sub(g, x, y)).not.toBe(emit.sub(g, y, x));
    expect(g.constant(Float32Array.of(1, 2), [2])).toBe(g.constant(Float32Array.of(1, 2), [2]));
    expect(g.constant(Float32Array.of(0, -0), [2])).not.toBe(
      g.constant(Float32Array.of(0, 0), [2]),
    );
    expect(emit.fill(g, [2], Number.NaN)).not.toBe(emit.fill(g, [2], Number.POSITIVE_INFINITY));
  });

  it("drops what no output depends on", () => {
    const g = new GraphBuilder();
    const x = g.input("x", [2]);
    emit.exp(g, x);
    expect(g.finish([x]).nodes).toHaveLength(1);
  });
});

describe("building", () => {
  const g = new GraphBuilder();
  const [a, b] = [g.input("a", [2, 3]), g.input("b", [2, 4])];

  it.each<[string, () => NodeId]>([
    ["shapes [2,3] and [2,4] don't broadcast", () => emit.add(g, a, b)],
    ["matrices [2,3] and [2,4] can't be multiplied", () => emit.matMul(g, a, b, false, false)],
    ["a tensor of shape [2,3] can't be reshaped to [4]", () => emit.reshape(g, a, [4])],
    ["[2,3] has no slice [2,3] at 1,0", () => emit.slice(g, a, [1, 0], [2, 3])],
    ["the kernel 'Nonsense' is not known", () => g.kernel("Nonsense", [a])],
    ["the graph has no node 99", () => g.shape(99) as unknown as NodeId],
  ])("says: %s", (message, build) => {
    expect(build).toThrow(new RangeError(message));
  });
});
