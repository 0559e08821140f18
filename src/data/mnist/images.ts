/** From a digit's pixels to the values a model reads. */
import { side } from "./digits.js";

/** Mean and standard deviation of the whole MNIST training set, with which whole images are standardized. */
export const wholeStatistics = { mean: 0.1307, deviation: 0.3081 };

export interface Statistics {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The central square of an image, averaged over blocks: [crop / pool, crop / pool], row-major.
 * @param pixels  of many images of `side` × `side`, of which number `image` is taken
 */
export function cropAndPool(
  pixels: readonly number[],
  image: number,
  crop: number,
  pool: number,
): Float64Array {
  const border = (side - crop) / 2;
  const size = crop / pool;
  const values = new Float64Array(size * size);
  for (let row = 0; row < crop; row++) {
    for (let column = 0; column < crop; column++) {
      const from = (image * side + border + row) * side + border + column;
      const to = Math.floor(row / pool) * size + Math.floor(column / pool);
      values[to]! += pixels[from]! / pool ** 2;
    }
  }
  return values;
}

/** Of all values of all images together. */
export function statisticsOf(images: readonly Float64Array[]): Statistics {
  const count = images.length * images[0]!.length;
  const total = (term: (value: number) => number) =>
    images.reduce((sum, image) => image.reduce((part, value) => part + term(value), sum), 0);
  const mean = total((value) => value) / count;
  return { mean, deviation: Math.sqrt(total((value) => (value - mean) ** 2) / count) };
}
