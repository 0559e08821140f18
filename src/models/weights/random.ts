/**
 * PyTorch's generator on a CPU: MT19937, seeded with the low 32 bits of the seed, and what its
 * `uniform_` and `normal_` make of the 32-bit outputs r for float32 tensors (PyTorch's
 * ATen/core/DistributionsHelper.h, TransformationHelper.h and native/cpu/DistributionTemplates.h).
 *
 * Uniform numbers are PyTorch's, bit for bit. Normal ones come from the same outputs by Box and
 * Muller's transform, taken in double precision here; PyTorch takes it in float32 with logarithm and
 * sine approximated as the processor's vector instructions have it, so that its own numbers differ
 * in their last bits from one processor to another, and ours from them as much.
 */
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { mersenne } from "pure-rand/generator/mersenne";

export interface TorchRandom {
  /** (r mod 2²⁴)·2⁻²⁴·(2b) − b in double, from the bound b rounded to float32; then rounded. */
  uniform(size: number, bound: number): Float32Array;
  normal(size: number, std: number): Float32Array;
}

/** Tensors of as many elements and more are filled in blocks of as many. */
const blockSize = 16;

export function torchRandom(seed: number): TorchRandom {
  const random = mersenne(seed);
  /** The second number of a pair, kept for the next small tensor. */
  let kept: number | undefined;

  function uniform24(size: number): number[] {
    return Array.from({ length: size }, () => uniformFloat32(random));
  }

  /** In [0, 1), from the low 53 of two outputs' 64 bits. */
  function uniform53(): number {
    const high = random.next() & 0x1fffff;
    const low = random.next() >>> 0;
    return (high * 2 ** 32 + low) * 2 ** -53;
  }

  function oneNormal(): number {
    if (kept !== undefined) {
      const last = kept;
      kept = undefined;
      return last;
    }
    const angle = 2 * Math.PI * uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform53()));
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return {
    uniform(size, bound) {
      const b = Math.fround(bound);
      return Float32Array.from({ length: size }, () => uniformFloat32(random) * (b + b) - b);
    },
    normal(size, std) {
      if (size < blockSize) return Float32Array.from({ length: size }, () => oneNormal() * std);
      const result = new Float32Array(size);
      const drawn = uniform24(size);
      const fill = (start: number, uniforms: readonly number[]) =>
        result.set(
          boxMuller(uniforms).map((z) => z * std),
          start,
        );
      for (let start = 0; start + blockSize <= size; start += blockSize) {
        fill(start, drawn.slice(start, start + blockSize));
      }
      // What is left over is drawn anew, with the end of the last whole block.
      if (size % blockSize !== 0) fill(size - blockSize, uniform24(blockSize));
      return result;
    },
  };
}

/** The numbers of a block's first half give radii, those of its second the angles. */
function boxMuller(uniforms: readonly number[]): number[] {
  const half = uniforms.length / 2;
  const pairs = Array.from({ length: half }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniforms[i]!));
    const angle = 2 * Math.PI * uniforms[half + i]!;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  return [...pairs.map(([cos]) => cos), ...pairs.map(([, sin]) => sin)];
}
