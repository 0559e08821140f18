/**
 * The derivative rules, in double precision against finite differences. The gradient is compared
 * with differences of the loss, products and third derivatives with differences of the gradient:
 * no rule vouches for another.
 *
 * Tolerance: with h = 1e-3 extrapolated differences err by about h⁴ = 1e-12 of the sixth
 * derivative and 1e-16/h² = 1e-10 for second differences; but constants such as 2/√π are stored
 * in float32, which shifts derivatives by up to 6e-8 a factor.
 */
import { describe, expect, it } from "vitest";
import { kernels } from "../../src/engine/kernels/index.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { traceGradient } from "../../src/engine/trace.js";
import { closeness } from "./close.js";
import { derivatives, gradientByDifferences } from "./derivatives.js";
import { problems } from "./problems.js";
import { difference } from "./reference.js";

const TOLERANCE = 5e-7;
const table = problems(await loadTfjs());

describe.each(table)("$name", ({ source, point, directions }) => {
  it("has the derivatives that finite differences have", async () => {
    const derived = await derivatives(source);
    const w = Float64Array.from(point);
    const [u, v] = directions.map((direction) => Float64Array.from(direction)) as [
      Float64Array,
      Float64Array,
    ];
    const product = difference(derived.gradient, u);
    const mixed = difference(product, v)(w);
    const pure = difference(product, u)(w);
    const [hu, hv] = derived.products(w, [u, v]);
    const [uu, vu, vv] = derived.thirdDerivatives(w, [u, v]);

    expect(closeness(derived.gradient(w), gradientByDifferences(derived, w))).toBeLessThan(
      TOLERANCE,
    );
    expect(closeness(hu!, product(w))).toBeLessThan(TOLERANCE);
    expect(closeness(hv!, difference(derived.gradient, v)(w))).toBeLessThan(TOLERANCE);
    expect(closeness(uu!, pure)).toBeLessThan(TOLERANCE);
    expect(closeness(vu!, mixed)).toBeLessThan(TOLERANCE);
    expect(closeness(vv!, difference(difference(derived.gradient, v), v)(w))).toBeLessThan(
      TOLERANCE,
    );
    expect(Math.max(...mixed.map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

it("has a problem for every kernel", async () => {
  const met = new Set<string>();
  for (const { source } of table)
    for (const node of (await traceGradient(source)).nodes)
      if (node.kind === "kernel") met.add(node.kernel);
  expect([...kernels.keys()].filter((name) => !met.has(name))).toEqual([]);
});
