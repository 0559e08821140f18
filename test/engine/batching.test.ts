/**
 * Batched graphs compute what copies of the graph compute, in double precision by the reference and
 * on every engine's device.
 *
 * Tolerance: sums are taken in another order and constant factors merged, so that a value of order
 * one differs by a few u = 1.1e-16 an operation; the graphs chain up to a few hundred.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batched, type Varying } from "../../src/engine/batching.js";
import { GraphBuilder } from "../../src/engine/builder.js";
import type { Device } from "../../src/engine/device.js";
import * as emit from "../../src/engine/emit.js";
import { type KernelGraph, type NodeId, type Shape, sizeOf } from "../../src/engine/graph.js";
import { openOnnxDevice } from "../../src/engine/onnx/device.js";
import {
  batchedProductsGraph,
  batchedThirdDerivativesGraph,
  linearize,
  productsGraph,
  thirdDerivativesGraph,
} from "../../src/engine/programs.js";
import { SimplifyingBuilder } from "../../src/engine/simplify.js";
import { openCpuDevice, openWasmDevice } from "../../src/engine/tfjs/backends.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { closeness } from "./close.js";
import { namedInputs } from "./derivatives.js";
import { type Problem, problems, wave } from "./problems.js";
import { evaluate } from "./reference.js";

const TOLERANCE = 256 * 2 ** -53;
const table = problems(await loadTfjs());
const K = 3;

type Inputs = ReadonlyMap<string, ArrayLike<number>>;

/** An input's rows one after another. */
function stack(rows: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => Array.from(row)));
}

/** Each output's part for an instance. */
function instance(outputs: readonly Float64Array[], i: number, instances: number) {
  return outputs.map((all) => {
    const size = all.length / instances;
    return all.subarray(i * size, (i + 1) * size);
  });
}

/**
 * @param inputs  of each instance
 * @param rows    the row that each instance takes of an input, for those that vary
 */
function expectAsCopies(
  graph: KernelGraph,
  inputs: readonly Inputs[],
  rows: ReadonlyMap<string, readonly number[]>,
): void {
  const given = new Map(inputs[0]!);
  const varying = new Map<string, Varying>();
  for (const [name, chosen] of rows) {
    const count = Math.max(...chosen) + 1;
    const values = Array.from({ length: count }, (_, row) => {
      const taker = chosen.indexOf(row);
      return inputs[taker]!.get(name)!;
    });
    given.set(`${name}s`, stack(values));
    varying.set(name, { name: `${name}s`, count, rows: chosen });
  }
  const together = batched(graph, inputs.length, (name) => varying.get(name));
  const results = evaluate(together, given);
  inputs.forEach((own, i) => {
    const expected = evaluate(graph, own);
    instance(results, i, inputs.length).forEach((values, output) => {
      expect(closeness(values, expected[output]!)).toBeLessThan(TOLERANCE);
    });
  });
}

/** A problem's gradient at several weights; each of the parameters varies, or one alone. */
describe.each(table)("the gradient of $name", ({ source, point, directions }) => {
  const graph = traceGradient(source);
  const at = (i: number) =>
    namedInputs(
      source,
      Float64Array.from(point, (w, j) => w + 0.05 * i * directions[0]![j]!),
    );
  const names = source.parameters.map((_, parameter) => `w${parameter}`);

  it("is that of each weights, at several at once", async () => {
    const every = Array.from({ length: K }, (_, i) => i);
    expectAsCopies(await graph, every.map(at), new Map(names.map((name) => [name, every])));
  });

  it("is that of each, where only one parameter varies", async () => {
    for (const name of names) {
      const here = at(0);
      const inputs = [0, 1, 2].map((i) => new Map(here).set(name, at(i).get(name)!));
      expectAsCopies(await graph, inputs, new Map([[name, [0, 1, 2]]]));
    }
  });
});

async function linearized({ source, point, directions }: Problem) {
  const linear = linearize(await traceGradient(source), true);
  const vectors = directions.map((direction) => Float64Array.from(direction));
  const inputs = namedInputs(source, Float64Array.from(point), vectors);
  const kept = evaluate(linear.pass, inputs).slice(1 + source.parameters.length);
  kept.forEach((values, i) => {
    inputs.set(`r${i}`, values);
  });
  evaluate(linear.slopes, inputs).forEach((values, i) => {
    inputs.set(`s${i}`, values);
  });
  source.parameters.forEach((_, i) => {
    inputs.set(`v.${i}`, stack(vectors.map((_v, j) => inputs.get(`v${j}.${i}`)!)));
  });
  return { linear, inputs };
}

/** By parameter, the instances of copies: as batched graphs give them. */
function stackedOutputs(outputs: readonly Float64Array[], parameters: number) {
  return Array.from({ length: parameters }, (_, parameter) =>
    stack(outputs.filter((_values, i) => i % parameters === parameter)),
  );
}

describe.each(table)("the programs of $name", (problem) => {
  const count = problem.source.parameters.length;

  it("are the same batched as copied", async () => {
    const { linear, inputs } = await linearized(problem);
    for (const [copied, together] of [
      [productsGraph(linear, K), batchedProductsGraph(linear, K)],
      [thirdDerivativesGraph(linear, K), batchedThirdDerivativesGraph(linear, K)],
    ] as const) {
      const expected = stackedOutputs(evaluate(copied, inputs), count);
      evaluate(together, inputs).forEach((values, i) => {
        expect(closeness(values, expected[i]!)).toBeLessThan(TOLERANCE);
      });
    }
  });
});

const networks = table.filter(({ name }) => /^mlp|network$|^attention$/.test(name));
const devices: readonly (readonly [string, () => Promise<Device>, number])[] = [
  ["onnx", () => openOnnxDevice(1, "float32"), 64 * 2 ** -24],
  ["onnx in float64", () => openOnnxDevice(1, "float64"), 64 * 2 ** -53],
  ["wasm", openWasmDevice, 64 * 2 ** -24],
  ["cpu", openCpuDevice, 64 * 2 ** -24],
];

// The tolerances are those of the engines' own tests.
describe.each(devices)("batched on %s", (_name, open, tolerance) => {
  it.each(networks)("are the derivatives of $name", async (problem) => {
    const { linear, inputs } = await linearized(problem);
    const device = await open();
    const workspace = device.open([]);
    const own = new Map(
      [...inputs].map(([name, values]) => {
        const array = device.allocate(values.length);
        array.set(values);
        return [name, array] as const;
      }),
    );
    for (const graph of [
      batchedProductsGraph(linear, K),
      batchedThirdDerivativesGraph(linear, K),
    ]) {
      const outputs = graph.outputs.map((id) => device.allocate(sizeOf(graph.nodes[id]!.shape)));
      await (await workspace.compile(graph)).run(own, outputs);
      evaluate(graph, inputs).forEach((values, i) => {
        expect(closeness(outputs[i]!, values)).toBeLessThan(tolerance);
      });
    }
    await workspace.dispose();
  });
});

type Step = (g: GraphBuilder, pick: () => NodeId) => NodeId;

const full: Shape = [2, 3];
const spread = (g: GraphBuilder, x: NodeId) => emit.broadcastTo(g, x, full);

/** Results have a shape that broadcasts to [2,3], of whatever rank. */
const steps: Step[] = [
  ...["Add", "Sub", "Multiply", "Maximum"].map<Step>(
    (kernel) => (g, pick) => g.kernel(kernel, [pick(), pick()]),
  ),
  (g, pick) => g.kernel("Tanh", [pick()]),
  (g, pick) => emit.toFloat(g, emit.less(g, pick(), pick())),
  (g, pick) =>
    emit.select(
      g,
      emit.less(g, spread(g, pick()), spread(g, pick())),
      spread(g, pick()),
      spread(g, pick()),
    ),
  (g, pick) => emit.sum(g, spread(g, pick()), [0], false),
  (g, pick) => emit.sum(g, spread(g, pick()), [1], true),
  (g, pick) => emit.max(g, spread(g, pick()), [0], true),
  (g, pick) => emit.transpose(g, emit.reshape(g, spread(g, pick()), [3, 2]), [1, 0]),
  (g, pick) =>
    emit.slice(g, emit.concat(g, [spread(g, pick()), spread(g, pick())], 1), [0, 1], full),
  (g, pick) => {
    const padded = emit.pad(g, spread(g, pick()), [
      [1, 0],
      [0, 2],
    ]);
    return emit.slice(g, padded, [0, 1], full);
  },
  (g, pick) => emit.gather(g, spread(g, pick()), g.constant(Int32Array.of(2, 0, 0), [3]), 1),
  (g, pick) => {
    const ids = g.constant(Int32Array.of(1, 1), [2]);
    return g.kernel("UnsortedSegmentSum", [spread(g, pick()), ids], { numSegments: 2 });
  },
  (g, pick) => g.kernel("Softmax", [spread(g, pick())], { dim: 1 }),
  (g, pick) =>
    g.kernel("Cumsum", [spread(g, pick())], { axis: 0, exclusive: true, reverse: false }),
  (g, pick) => {
    const square = emit.matMul(g, spread(g, pick()), spread(g, pick()), true, false);
    return emit.matMul(g, spread(g, pick()), square, false, true);
  },
];

const shapes: Readonly<Record<string, Shape>> = { a: full, b: [3], c: [], d: [2, 1], e: [1] };

/** A graph of inputs of different ranks, grown by the chosen steps from the chosen operands. */
function grow(choices: readonly (readonly number[])[]): KernelGraph {
  const g = new GraphBuilder();
  const nodes = Object.entries(shapes).map(([name, shape]) => g.input(name, shape));
  for (const [step, ...operands] of choices) {
    let next = 0;
    const pick = () => nodes[operands[next++ % operands.length]! % nodes.length]!;
    nodes.push(steps[step! % steps.length]!(g, pick));
  }
  return g.finish(nodes.slice(-2));
}

const choices = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), {
  minLength: 1,
  maxLength: 8,
});
/** Which of two choices of rows an input follows, or none. */
const varying = fc.array(fc.constantFrom(undefined, 0, 1), { minLength: 5, maxLength: 5 });
const rowsOf = fc.integer({ min: 2, max: 4 }).chain((instances) => {
  const rows = fc.array(fc.nat({ max: 2 }), { minLength: instances, maxLength: instances });
  return fc.tuple(rows, rows).map((pair) => pair.map(ranked));
});

/** The same choice among rows that are all chosen. */
function ranked(rows: readonly number[]): readonly number[] {
  const sorted = [...new Set(rows)].sort((x, y) => x - y);
  return rows.map((row) => sorted.indexOf(row));
}

describe("batching", () => {
  it("computes each instance, whatever varies and however instances choose", () => {
    fc.assert(
      fc.property(choices, varying, rowsOf, (chosen, follows, rows) => {
        const graph = grow(chosen);
        const names = Object.keys(shapes);
        const own = new Map(
          names.flatMap((name, i) => {
            const choice = follows[i];
            return choice === undefined ? [] : [[name, rows[choice]!] as const];
          }),
        );
        const inputs = rows[0]!.map(
          (_, i) =>
            new Map(
              names.map((name, n) => {
                const row = own.get(name)?.[i] ?? 0;
                return [name, wave(sizeOf(shapes[name]!), n + 0.3 * row)];
              }),
            ),
        );
        expectAsCopies(graph, inputs, own);
      }),
      { numRuns: 500 },
    );
  });

  const flags = [false, true];
  it.each(flags.flatMap((a) => flags.map((b) => [a, b] as const)))(
    "multiplies matrices, whichever vary, transposed: %s, %s",
    (transposeA, transposeB) => {
      // [7,6] by [6,2]: three of the right factor have fewer elements than the left one.
      const g = new GraphBuilder();
      const sides = { a: transposeA ? [6, 7] : [7, 6], b: transposeB ? [2, 6] : [6, 2] };
      const [a, b] = [g.input("a", sides.a), g.input("b", sides.b)];
      const graph = g.finish([emit.matMul(g, a, b, transposeA, transposeB)]);
      for (const names of [["a"], ["b"], ["a", "b"]]) {
        const rows = new Map(names.map((name) => [name, [0, 1, 2]]));
        const inputs = [0, 1, 2].map(
          (i) =>
            new Map([
              ["a", wave(42, names.includes("a") ? i : 0)],
              ["b", wave(12, names.includes("b") ? i : 0)],
            ]),
        );
        expectAsCopies(graph, inputs, rows);
      }
    },
  );

  const kernelsOf = ({ nodes }: KernelGraph) =>
    nodes.flatMap((node) => (node.kind === "kernel" ? [node.kernel] : []));
  const mlp = async () =>
    linearize(await traceGradient(table.find(({ name }) => name === "mlp of gelu")!.source), true);

  it("makes as many nodes for many vectors as for two", async () => {
    const linear = await mlp();
    expect(kernelsOf(batchedProductsGraph(linear, 9))).toEqual(
      kernelsOf(batchedProductsGraph(linear, 2)),
    );
    expect(kernelsOf(batchedThirdDerivativesGraph(linear, 9))).toEqual(
      kernelsOf(batchedThirdDerivativesGraph(linear, 2)),
    );
  });

  it("gathers rows only where vectors meet", async () => {
    const linear = await mlp();
    expect(kernelsOf(batchedProductsGraph(linear, K))).not.toContain("GatherV2");
    const { nodes } = batchedThirdDerivativesGraph(linear, K);
    const first = nodes.findIndex((node) => node.kind === "kernel" && node.kernel === "GatherV2");
    const products = nodes.filter(
      (node, id) => node.kind === "kernel" && node.kernel === "BatchMatMul" && id < first,
    );
    // The first-order pass is of the K vectors, not of their pairs.
    expect(products.length).toBeGreaterThan(0);
    expect(products.map(({ shape }) => shape[0])).not.toContain((K * (K + 1)) / 2);
  });

  it("multiplies one matrix with many, and many with one, without repeating it", () => {
    const g = new SimplifyingBuilder();
    const [x, many] = [g.input("x", [5, 4]), g.input("y", [K, 4, 6])];
    const left = emit.matMul(g, x, many, false, false);
    const right = emit.matMul(g, many, x, true, true);
    expect(kernelsOf(g.finish([left, right]))).toEqual(["BatchMatMul", "BatchMatMul"]);
  });
});
