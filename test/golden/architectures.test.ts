/**
 * The paper's architectures, small: outputs, loss, gradient, Hessian-vector product and third
 * derivative at one point, against values that the paper's code computed in double precision.
 *
 * Tolerance: both sides round by 2⁻⁵³ at each of some thousand operations in a row at most; 10⁻¹⁰
 * leaves a factor of a thousand for cancellation, and is a thousandth of what the slightest wrong
 * convention costs: an ε of 10⁻⁶ within a root instead of outside, 4·10⁻⁷.
 */
import { afterAll, describe, expect, test } from "vitest";
import { loadTfjs, openEngine } from "../../src/engine/index.js";
import { losses } from "../../src/models/index.js";
import { fromTorch, toTorch } from "../../src/models/layout.js";
import { countedRows } from "../../src/models/losses/loss.js";
import { relativeError } from "../engine/close.js";
import { array, goldenArchitectures, goldenCase } from "../support/architectures.js";

const TOLERANCE = 1e-10;
const tf = await loadTfjs();
const engine = await openEngine("onnx", { threads: 1, precision: "float64" });
const kinds = { mse: "mse", ce: "cross_entropy" } as const;

/** In PyTorch's order, as in the golden data. */
function unitVector(size: number, element: (i: number) => number): Float64Array {
  const values = Float64Array.from({ length: size }, (_, i) => element(i));
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

describe.each(goldenArchitectures)("%s", (architecture) => {
  describe.each(["mse", "ce"] as const)("%s", async (lossName) => {
    const { model, task, x, y, known } = goldenCase(architecture, lossName);
    const golden = (name: string) => array(`${architecture}-${lossName}/${name}`).values;
    const { parameters, size } = model;
    const loss = losses.find(({ name }) => name === kinds[lossName])!.of(task);
    const data = [
      { name: "x", ...x },
      { name: "y", ...y },
    ];
    const weights = fromTorch(parameters, golden("w"));
    const objective = await engine.compile({
      parameters,
      data,
      loss: (tensors, [inputs, targets]) =>
        loss.value(tf, model.apply(tf, tensors, inputs!), targets!, countedRows(task, y)),
    });
    const point = objective.at(weights);
    const u = fromTorch(
      parameters,
      unitVector(size, (i) => Math.sin(1 + 0.7 * i)),
    );
    const v = fromTorch(
      parameters,
      unitVector(size, (i) => Math.cos(2 + 1.3 * i)),
    );
    const torch = (vector: Float64Array) => toTorch(parameters, vector);

    afterAll(() => objective.dispose());

    test("outputs", async () => {
      const map = await engine.compileMap({
        parameters,
        data: data.slice(0, 1),
        map: (tensors, [inputs]) => [model.apply(tf, tensors, inputs!)],
      });
      const [outputs] = await map.run(weights);
      expect(relativeError(outputs!, golden("outputs"))).toBeLessThan(TOLERANCE);
      await map.dispose();
    });

    test("loss and gradient", async () => {
      const { loss, gradient } = await point.lossAndGradient();
      expect(Math.abs(loss / known.values.loss - 1)).toBeLessThan(TOLERANCE);
      expect(relativeError(torch(gradient), golden("grad"))).toBeLessThan(TOLERANCE);
    });

    test("a Hessian-vector product", async () => {
      const [product] = await point.products([u]);
      expect(relativeError(torch(product!), golden("hvp_u"))).toBeLessThan(TOLERANCE);
    });

    test("a third derivative", async () => {
      const [, [mixed]] = (await point.thirdDerivatives([u, v])) as [unknown, [Float64Array]];
      expect(relativeError(torch(mixed), golden("d3_uv"))).toBeLessThan(TOLERANCE);
    });
  });
});
