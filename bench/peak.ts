/**
 * The rate of a large matrix product, in operations a second: what everything else is a fraction of.
 * The peak is the best that anyone here reaches, on squares that fit the caches and ones that don't.
 */
import type { Engine } from "../src/engine/index.js";
import { loadTfjs } from "../src/engine/index.js";
import type { Contestants } from "./contestants.js";
import type { Asked } from "./figures.js";
import { type Effort, interleave, stopwatch } from "./measure.js";

export interface Rates {
  readonly measured: readonly Rate[];
  readonly peak: number;
  /** Of squares of a size, or of the largest below it. */
  at(name: string, size: number): number | undefined;
}

export interface Rate {
  readonly name: string;
  readonly size: number;
  /** Operations a second. */
  readonly rate: number;
}

const sizes = [512, 1024, 2048];

export async function measureRates(
  { engines, peers }: Contestants,
  effort: Effort,
): Promise<Rates> {
  const measured: Rate[] = [];
  const at = (name: string, size: number) =>
    measured.findLast((one) => one.name === name && one.size <= size)?.rate;
  for (const size of sizes) {
    const operations = 2 * size ** 3;
    const contenders = [];
    const products = [];
    for (const engine of engines) {
      // Plain JavaScript takes seconds for the larger ones.
      if (operations / (at(engine.name, size) ?? operations) > 1) continue;
      const product = await square(engine, size);
      products.push(product);
      contenders.push({
        name: engine.name,
        run: (times: number) => stopwatch(times, product.run),
      });
    }
    for (const { name, ask } of peers) {
      const figure: Asked = { kind: "square", count: size, fresh: true };
      await ask({ do: "prepare", figure, patience: effort.patience });
      contenders.push({
        name,
        run: async (times: number) =>
          (await ask<{ seconds: number }>({ do: "run", times })).seconds,
      });
    }
    for (const { name, median } of await interleave(contenders, effort)) {
      measured.push({ name, size, rate: operations / median });
    }
    for (const { dispose } of products) await dispose();
  }
  return { measured, peak: Math.max(...measured.map(({ rate }) => rate)), at };
}

/**
 * One product of an engine, to be timed beside other things: how fast the machine is then, which is
 * not always as fast as it was at first.
 */
export async function square(engine: Engine, size: number) {
  const tf = await loadTfjs();
  const shape = [size, size];
  const values = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const { run, dispose } = await engine.compileMap({
    parameters: [{ name: "a", shape }],
    data: [{ name: "b", shape, values }],
    map: ([a], [b]) => [tf.matMul(a!, b!)],
  });
  return { run: () => run(values), dispose, operations: 2 * size ** 3 };
}
