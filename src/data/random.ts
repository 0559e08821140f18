/** Randomness of made and drawn examples: a seed decides all of it. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Of one seed, for training and test examples: neither depends on how many there are of the other. */
export function streams(seed: number): { train: RandomGenerator; test: RandomGenerator } {
  const test = mersenne(seed);
  test.jump();
  return { train: mersenne(seed), test };
}

/** One draw of N(0, 1), by the transform of Box and Muller. */
export function normal(random: RandomGenerator): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}
