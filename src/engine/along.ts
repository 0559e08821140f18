/** Runs the programs of derivatives along several vectors: batched, as copies, or one after another. */
import type { Device, Executable, NamedValues, Workspace } from "./device.js";
import { type KernelGraph, sizeOf } from "./graph.js";
import type { Layout } from "./layout.js";
import { lazily } from "./lazily.js";
import { lending } from "./lending.js";
import type { Vector } from "./objective.js";
import {
  batchedProductsGraph,
  batchedThirdDerivativesGraph,
  type Linearization,
  productsGraph,
  stackName,
  thirdDerivativesGraph,
  vectorName,
} from "./programs.js";

/**
 * Where kernels' results have so many elements on average or fewer, instances are batched. Of
 * multilayer perceptrons with 6,000 to 15,000 elements, three products take 0.9 times as long as
 * copies and ten 0.7, third derivatives of three vectors 0.85 and of ten 0.8 (two threads, AVX-512);
 * of a small Transformer with 1,500, three take 0.85 and 0.55, ten 0.35 and 0.3. With two vectors it
 * is the same either way. With 20,000 some still gain and some lose a tenth, and with 80,000 most
 * lose: copies reuse what lies in the caches.
 */
const BATCHED_ELEMENTS = 16_384;

/** Elements of all results of a batched program, a quarter of which may live at the same time. */
const MOST_ELEMENTS = 2 ** 28;

/**
 * Nodes that a program of several vectors may have, counted as copies of the program of one; of
 * third derivatives half are shared. Starting a session takes longer than in proportion to them
 * (of twenty thousand, two seconds), and each number of vectors is a program of its own. Beyond,
 * vectors are dealt with by the same program, one after another.
 */
const MOST_NODES = { products: 20_000, thirdDerivatives: 60_000 };

export interface Along {
  /** @param kept  the inputs but for the vectors, with what was kept of the point */
  products(kept: NamedValues, vectors: readonly Vector[]): Promise<Vector[]>;
  /** Of the pairs i ≥ j of vectors, row by row. */
  thirdDerivatives(kept: NamedValues, vectors: readonly Vector[]): Promise<Vector[]>;
}

/** A program's results along vectors. */
type Program = (kept: NamedValues, vectors: readonly Vector[]) => Promise<Vector[]>;

/** @param linearization  whose programs are compiled in the workspace when first needed */
export function alongVectors(
  device: Device,
  workspace: Workspace,
  layout: Layout,
  linearization: Linearization,
): Along {
  const flat = () => device.allocate(layout.size);

  function separate(executable: Executable, count: number): Program {
    return async (kept, vectors) => {
      const inputs = new Map(kept);
      for (const [i, vector] of vectors.entries())
        layout.addParts(inputs, vector, (parameter) => vectorName(i, parameter));
      const results = Array.from({ length: count }, flat);
      await executable.run(
        inputs,
        results.flatMap((result) => layout.split(result)),
      );
      return results;
    };
  }

  /** Stacks are filled and read here: a device takes few large tensors faster than many small ones. */
  function stacked(executable: Executable, k: number, count: number): Program {
    const stacks = lending(1, () => ({
      given: layout.sizes.map((size) => device.allocate(k * size)),
      made: layout.sizes.map((size) => device.allocate(count * size)),
    }));
    return (kept, vectors) =>
      stacks.lend({}, async ({ given, made }) => {
        const inputs = new Map(kept);
        for (const [i, vector] of vectors.entries())
          for (const [parameter, part] of layout.split(vector).entries())
            given[parameter]!.set(part, i * part.length);
        for (const [parameter, stack] of given.entries()) inputs.set(stackName(parameter), stack);
        await executable.run(inputs, made);
        return Array.from({ length: count }, (_, i) => {
          const result = flat();
          for (const [parameter, part] of layout.split(result).entries())
            part.set(made[parameter]!.subarray(i * part.length, (i + 1) * part.length));
          return result;
        });
      });
  }

  /** Programs by number of vectors, compiled when first asked for; `most` instances at once. */
  function family(
    one: KernelGraph,
    mostNodes: number,
    instances: (k: number) => number,
    copied: (linearization: Linearization, k: number) => KernelGraph,
    batched: (linearization: Linearization, k: number) => KernelGraph,
  ) {
    const kernels = one.nodes.filter(({ kind }) => kind === "kernel");
    const elements = kernels.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const areSmall = device.batches && elements <= BATCHED_ELEMENTS * kernels.length;
    const mostBatched = areSmall ? Math.floor(MOST_ELEMENTS / elements) : 0;
    const programs = new Map<number, Promise<Program>>();

    async function compile(k: number): Promise<Program> {
      const count = instances(k);
      return k > 1 && count <= mostBatched
        ? stacked(await workspace.compile(batched(linearization, k)), k, count)
        : separate(await workspace.compile(copied(linearization, k)), count);
    }
    return {
      most: Math.max(1, mostBatched, Math.floor(mostNodes / one.nodes.length)),
      of(k: number): Promise<Program> {
        let program = programs.get(k);
        if (program === undefined) {
          program = compile(k);
          programs.set(k, program);
        }
        return program;
      },
    };
  }

  const products = family(
    linearization.product,
    MOST_NODES.products,
    (k) => k,
    productsGraph,
    batchedProductsGraph,
  );
  const thirdDerivatives = family(
    linearization.thirdDerivative,
    MOST_NODES.thirdDerivatives,
    pairsOf,
    thirdDerivativesGraph,
    batchedThirdDerivativesGraph,
  );
  const mixed = lazily(async () =>
    separate(await workspace.compile(linearization.thirdDerivative), 1),
  );

  return {
    async products(kept, vectors) {
      const results: Vector[] = [];
      for (let start = 0; start < vectors.length; start += products.most) {
        const some = vectors.slice(start, start + products.most);
        results.push(...(await (await products.of(some.length))(kept, some)));
      }
      return results;
    },
    async thirdDerivatives(kept, vectors) {
      const k = vectors.length;
      if (k === 0) return [];
      if (pairsOf(k) <= thirdDerivatives.most) return (await thirdDerivatives.of(k))(kept, vectors);
      const results: Vector[] = [];
      for (const [i, u] of vectors.entries())
        for (const v of vectors.slice(0, i + 1))
          results.push(...(await (await mixed())(kept, [u, v])));
      return results;
    },
  };
}

const pairsOf = (k: number) => (k * (k + 1)) / 2;
