/** Many points of one objective, asked in any order and at once: memory is shared, results are not. */
import { expect, it } from "vitest";
import { loadTfjs, openEngine } from "../../src/engine/index.js";
import { problems, wave } from "./problems.js";

const engine = await openEngine("onnx", { threads: 1 });
const { source } = problems(await loadTfjs()).find(({ name }) => name === "mlp of gelu")!;
const objective = await engine.compile(source);
const vector = (phase: number) => wave(objective.size, phase);
const phases = [0, 1, 2, 3, 4];
const [u, v] = [vector(8), vector(9)];

async function alone(phase: number) {
  const point = objective.at(vector(phase));
  const passed = await point.lossAndGradient();
  return {
    ...passed,
    products: await point.products([u, v]),
    third: await point.thirdDerivatives([u, v]),
  };
}

const expected: Awaited<ReturnType<typeof alone>>[] = [];
for (const phase of phases) expected.push(await alone(phase));

it("answers for an old point after others were asked", async () => {
  const points = phases.map((phase) => objective.at(vector(phase)));
  for (const point of points) await point.lossAndGradient();
  for (const i of [0, 4, 1, 0, 3, 2]) {
    const { loss, gradient, products, third } = expected[i]!;
    expect(await points[i]!.products([u, v])).toEqual(products);
    expect(await points[i]!.lossAndGradient()).toEqual({ loss, gradient });
    expect(await points[i]!.thirdDerivatives([u, v])).toEqual(third);
  }
});

it("answers for all points at once", async () => {
  const points = phases.map((phase) => objective.at(vector(phase)));
  const answers = await Promise.all(
    points.flatMap((point) => [point.products([u, v]), point.products([u, v])]),
  );
  expect(answers).toEqual(expected.flatMap(({ products }) => [products, products]));
  const third = await Promise.all(points.map((point) => point.thirdDerivatives([u, v])));
  expect(third).toEqual(expected.map((each) => each.third));
});
