/** Plots that a file asks for, from tables with known values. */
import { expect, it } from "vitest";
import type { Plot } from "../../src/dsl/index.js";
import { nameOf, plotFigure } from "../../src/report/plot-figures.js";
import { checkText } from "../dsl/texts.js";
import { tableOf } from "./series.js";

const text = `sweep lr in [0.1, 0.2]
landscape bowl(x) = x ^ 2
flow toy { landscape = bowl  weights = at([1])  optimizer = gd(lr)  steps = 9  discrete  central }
flow one { landscape = bowl  weights = at([1])  optimizer = gd(0.1)  steps = 9  central }
`;

function plotOf(plot: string): Plot {
  const { program, diagnostics } = checkText(text + plot);
  expect(diagnostics).toEqual([]);
  return program!.plots[0]!;
}

const tables = new Map([
  ["toy[lr=0.1].discrete", tableOf(4, { train_loss: (step) => (step === 2 ? null : 10 + step) })],
  ["toy[lr=0.2].discrete", tableOf(4, { train_loss: (step) => 20 + step })],
  [
    "toy[lr=0.1].central",
    tableOf(4, {
      train_loss: (step) => step,
      effective_eigenvalues: (step) => [2, step].slice(step % 2),
    }),
  ],
  ["one.central", tableOf(3, { step: (step) => 2 * step, train_loss: (step) => -step })],
]);
const drawn = (plot: string) => {
  const { curves, ...figure } = plotFigure(plotOf(plot), (step) => tables.get(step));
  return {
    ...figure,
    curves: curves.map(({ x, y, ...look }) => ({
      ...look,
      at: [...Array(x.length).keys()].map((i) => [x[i], y[i]]),
    })),
  };
};

it("has a curve for each variant that is kept, told apart by lines, over the steps measured", () => {
  const { curves, y, title, name } = drawn(
    `plot "All losses!" { toy.discrete.train_loss, toy.central.train_loss, scale = log }`,
  );
  expect([title, name, y.scale]).toEqual(["All losses!", "all-losses", "log"]);
  expect(curves).toEqual([
    {
      label: "toy.discrete.train_loss [lr=0.1]",
      role: "optimizer",
      at: [
        [0, 10],
        [1, 11],
        [3, 13],
      ],
    },
    {
      label: "toy.discrete.train_loss [lr=0.2]",
      role: "optimizer",
      style: "dashed",
      at: [
        [0, 20],
        [1, 21],
        [2, 22],
        [3, 23],
      ],
    },
    {
      label: "toy.central.train_loss [lr=0.1]",
      role: "central",
      at: [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    },
  ]);
});

it("has arithmetic of series, over the first one's steps", () => {
  const { curves, y } = drawn(`plot "p" { one.central.train_loss * 2 + 1 }`);
  expect(y).toEqual({ label: "one.central.train_loss * 2 + 1", scale: "linear" });
  expect(curves).toEqual([
    {
      label: "one.central.train_loss * 2 + 1",
      role: "central",
      at: [
        [0, 1],
        [2, -1],
        [4, -3],
      ],
    },
  ]);
});

it("has a curve for each component of a spectrum, where there is one", () => {
  const { curves } = drawn(`plot "p" { toy.central.effective_eigenvalues }`);
  expect(curves.map(({ at }) => at)).toEqual([
    [
      [0, 2],
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    [
      [0, 0],
      [2, 2],
    ],
  ]);
  expect(new Set(curves.map(({ label }) => label)).size).toBe(1);
});

it.each([
  ["Loss", "loss"],
  ["Σ² over ν (log)", "σ2-over-ν-log"],
  ["…", "plot"],
])("%s is the file %s", (title, name) => {
  expect(nameOf(title)).toBe(name);
});
