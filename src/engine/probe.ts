/** Which engines this machine has, and the rate of a matrix product on each, for `cflow doctor`. */
import { type EngineName, EngineUnavailable, loadTfjs, openEngine } from "./index.js";

export type Probe =
  | {
      readonly engine: EngineName;
      readonly threads: number;
      readonly version: string;
      /** Operations a second of the product of two square matrices in float32. */
      readonly rate: number;
      /** Their rows. */
      readonly size: number;
    }
  | { readonly engine: EngineName; readonly missing: string; readonly help: string };

/** Milliseconds that an engine multiplies, for each number of threads. */
const patience = 80;

/** The largest squares that are multiplied, and milliseconds of one product that suffice. */
const largest = 1024;
const enough = 15;

/** Opens an engine and multiplies for a moment. */
export async function probe(name: EngineName, threads: number): Promise<Probe> {
  try {
    const engine = await openEngine(name, { threads });
    const tf = await loadTfjs();
    let [size, rate] = [64, 0];
    for (let left = patience; left > 0; ) {
      const shape = [size, size];
      const values = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
      const product = await engine.compileMap({
        parameters: [{ name: "a", shape }],
        data: [{ name: "b", shape, values }],
        map: ([a], [b]) => [tf.matMul(a!, b!)],
      });
      // The first one also readies what is needed once.
      await product.run(values);
      let longer = false;
      while (left > 0 && !longer) {
        const start = performance.now();
        await product.run(values);
        const took = performance.now() - start;
        left -= took;
        rate = Math.max(rate, (2 * size ** 3) / (took / 1000));
        longer = took < enough && size < largest;
      }
      await product.dispose();
      if (longer) size *= 2;
    }
    return { engine: name, threads, version: engine.version, rate, size };
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return { engine: name, missing: error.message, help: error.help };
  }
}

/** Numbers of threads worth trying on so many cores: one, two, four, …, all. */
export function threadCounts(cores: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < cores; count *= 2) counts.push(count);
  return [...counts, cores];
}
