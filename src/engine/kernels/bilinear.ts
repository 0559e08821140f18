/** Kernels that are linear in each of two inputs: the product rule, with the kernel as product. */
import type { GraphBuilder } from "../builder.js";
import { plus } from "../emit.js";
import type { Applied, Tangent } from "./kernel.js";

export function productRule(
  g: GraphBuilder,
  { kernel, inputs: [a, b], attributes }: Applied,
  [da, db]: readonly Tangent[],
): Tangent {
  return plus(
    g,
    da == null ? null : g.kernel(kernel, [da, b!], attributes),
    db == null ? null : g.kernel(kernel, [a!, db], attributes),
  );
}
