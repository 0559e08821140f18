/**
 * Time and memory against the number of weights, of examples, and of vectors, with the exponent of
 * the power law that fits best: 1 is in proportion. All of multilayer perceptrons with two hidden
 * layers, each point in a process of its own.
 */
import type { Effort } from "../measure.js";
import { duration } from "../report.js";
import { exponent } from "./exponent.js";
import { type Probed, probe } from "./probed.js";

const perceptron = (examples: number, features: number, width: number) =>
  `dataset examples = synthetic { train = ${examples}  features = ${features} }
model net = 2 * (dense(${width}) -> gelu) -> dense(outputs)`;

interface Axis {
  readonly name: string;
  readonly points: readonly { readonly text: string; readonly vectors: number }[];
  value(point: Axis["points"][number], probed: Probed): number;
}

/** `examples` and `vectors` are by what the points were made of. */
const examples = [100, 400, 1600, 6400];
const vectors = [1, 2, 3, 5, 10];
const axes: readonly Axis[] = [
  {
    name: "weights",
    points: [
      [32, 16],
      [128, 64],
      [512, 160],
      [2048, 384],
    ].map(([features, width]) => ({ text: perceptron(400, features!, width!), vectors: 3 })),
    value: (_, { parameters }) => parameters,
  },
  {
    name: "examples",
    points: examples.map((count) => ({ text: perceptron(count, 784, 32), vectors: 3 })),
    value: (point) => Number(/train = (\d+)/.exec(point.text)![1]),
  },
  {
    name: "vectors",
    points: vectors.map((count) => ({ text: perceptron(400, 784, 32), vectors: count })),
    value: ({ vectors: count }) => count,
  },
];

export interface ScalingTable {
  readonly axis: string;
  readonly rows: readonly { readonly value: number; readonly probed: Probed }[];
  /** By column; of memory, what was added to the process. */
  readonly exponents: Readonly<Record<string, number>>;
}

export async function* scalingTables(
  threads: number,
  effort: Effort,
): AsyncGenerator<ScalingTable> {
  for (const axis of axes) {
    const rows: { value: number; probed: Probed }[] = [];
    for (const point of axis.points) {
      const probed = await probe({ ...point, threads, effort });
      rows.push({ value: axis.value(point, probed), probed });
    }
    const of = (measure: (probed: Probed) => number) =>
      exponent(rows.map(({ value, probed }) => [value, measure(probed)]));
    const names = Object.keys(rows[0]!.probed.seconds);
    yield {
      axis: axis.name,
      rows,
      exponents: {
        ...Object.fromEntries(names.map((name) => [name, of(({ seconds }) => seconds[name]!)])),
        memory: of(({ addedBytes }) => addedBytes),
      },
    };
  }
}

export function renderedTable({ axis, rows, exponents }: ScalingTable): string {
  const names = Object.keys(exponents);
  const line = (cells: readonly string[]) => cells.map((cell) => cell.padStart(18)).join("");
  return [
    line([axis, ...names]),
    ...rows.map(({ value, probed }) =>
      line([
        String(value),
        ...names.map((name) =>
          name === "memory"
            ? `${(probed.addedBytes / 2 ** 20).toPrecision(3)} MiB`
            : duration(probed.seconds[name]),
        ),
      ]),
    ),
    line(["exponent", ...names.map((name) => exponents[name]!.toFixed(2))]),
  ].join("\n");
}
