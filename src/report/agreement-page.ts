/** The page of `agreement.ts` as Markdown. */
import { type Agreement, type Cost, smoothing } from "./agreement.js";

export interface AgreementSection {
  readonly title: string;
  /** The pipeline, as a path in the repository. */
  readonly file: string;
  readonly rows: readonly Agreement[];
}

export interface IntegrationSection {
  readonly title: string;
  readonly file: string;
  readonly rows: readonly (Cost & { readonly method: string })[];
}

export function agreementPage(
  agreements: readonly AgreementSection[],
  integrations: readonly IntegrationSection[],
): string {
  return `${[
    "# How well central flows predict their optimizers",
    "",
    "Made by `npm run agreement` from the results of the pipelines named below, which it runs if they",
    "are not kept yet. Errors are relative: mean distance from the optimizer's value over its mean",
    `magnitude, from the step at which the first eigenvalue turns critical. Smoothing is Gaussian with`,
    `a standard deviation of ${smoothing} steps; a window is longer than the cycles in which oscillations`,
    "burst and damp themselves, since the flow predicts their average. The stable flow is the flow",
    "without oscillations: gradient flow for gradient descent. It leaves the optimizer's path, so its",
    "errors say what the central flow gains.",
    ...agreements.flatMap(({ title, file, rows }) => [
      "",
      `## ${title}`,
      "",
      `From [\`${file}\`](../${file}).`,
      "",
      "| | central flow | stable flow |",
      "| --- | ---: | ---: |",
      ...rows.map(
        ({ quantity, central, stable }) =>
          `| ${quantity} | ${percent(central)} | ${stable === null ? "" : percent(stable)} |`,
      ),
    ]),
    "",
    "## How exactly the flow is integrated",
    "",
    "The default (`heun`, 2 substeps a step) and the paper's own discretization (`authors`, 4) against",
    "`heun` with 12 substeps, on the data and initial weights of the golden cases: mean distance over",
    "mean magnitude of the series, and what all steps cost.",
    "",
    "| | method | training loss | predicted loss | Hessian-vector products | third derivatives |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...integrations.flatMap(({ title, file, rows }) =>
      rows.map(
        ({ method, trainLoss, predictedLoss, products, thirdDerivatives }, i) =>
          `| ${i === 0 ? `[${title}](../${file})` : ""} | ${method} | ${scientific(trainLoss)} | ${scientific(predictedLoss)} | ${products.toLocaleString("en")} | ${thirdDerivatives.toLocaleString("en")} |`,
      ),
    ),
  ].join("\n")}\n`;
}

function percent(value: number): string {
  const hundredths = 100 * value;
  return `${hundredths < 10 ? hundredths.toPrecision(2) : Math.round(hundredths).toLocaleString("en")}%`;
}

function scientific(value: number): string {
  return value.toExponential(1);
}
