/** Seeded vectors to start eigensolvers from. */
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { single, type Vector, zerosLike } from "./vector.js";

/**
 * n independent entries, uniform on [-1, 1). Each `stream` of a seed is 2⁶⁴ draws from the next.
 * Uniform, not normal: logarithms and cosines may differ between machines in the last place, and
 * equal seeds must give equal bytes. `like` says the precision.
 */
export function randomVector(
  n: number,
  seed: number,
  stream: number,
  like: Vector = single,
): Vector {
  const generator = xoroshiro128plus(seed);
  for (let jumps = 0; jumps <= stream; jumps++) generator.jump();
  const vector = zerosLike(like, n);
  for (let i = 0; i < n; i++) vector[i] = 2 * uniformFloat32(generator) - 1;
  return vector;
}
