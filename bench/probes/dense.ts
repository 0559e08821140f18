/** A multilayer perceptron of three equal layers whose products take as many operations. */
import { operations } from "../arithmetic.js";
import type { Case } from "../cases/case.js";

export function denseOfEqualArithmetic(target: number, rows: number): Pick<Case, "text"> {
  const cost = (width: number) =>
    operations(
      [width, width, width, 4].map((out) => ({ rows, in: width, out })),
      { products: 1 },
    );
  let width = 8;
  while (cost(width) < target) width += 8;
  return {
    text: `dataset examples = synthetic { train = ${rows}  features = ${width} }
model net = 3 * (dense(${width}) -> gelu) -> dense(outputs)`,
  };
}
