/**
 * What the central flow is for: the optimizer's time averages. On the minimal landscape gradient
 * descent oscillates about the edge of stability; while the gradient flow goes on into ever sharper
 * regions, the central flow stays, with the averages that it predicts.
 */
import { describe, expect, it } from "vitest";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import { minimal } from "../support/landscapes.js";
import { objectiveOf } from "../support/polynomial.js";
import { follow, numbers, problemOf, type Trace } from "../support/process.js";

const lr = 0.3;
const length = 1000;
const problem = problemOf({ objective: objectiveOf(minimal(0.01)), lr });
const start = [0.01, 6.4];
const optimizer = await follow(discrete, problem, start, length);
const flow = await follow(central, problem, start, length);
const naive = await follow(stable, problem, start, length);

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Over the second half, when the optimizer oscillates. */
const late = <T>(values: readonly T[]) => values.slice(length / 2);
const average = ({ rows }: Trace, column: string) => mean(numbers(late(rows), column));
const coordinate = ({ weights }: Trace, i: number) => late(weights).map((w) => w[i]!);

describe("time averages", () => {
  it("of the weights: fifty times closer than the gradient flow's", () => {
    const [exact, predicted, wrong] = [optimizer, flow, naive].map((t) => mean(coordinate(t, 1)));
    expect(Math.abs(predicted! - exact!)).toBeLessThan(Math.abs(wrong! - exact!) / 50);
  });

  it("of the loss: ten times closer than the gradient flow's", () => {
    const exact = average(optimizer, "train_loss");
    const error = Math.abs(average(flow, "predicted_loss") - exact);
    expect(error).toBeLessThan(Math.abs(average(naive, "train_loss") - exact) / 10);
  });

  it("of the squared gradient norm, nearly all of which is oscillation", () => {
    const ratio = average(flow, "predicted_grad_norm_sq") / average(optimizer, "grad_norm_sq");
    expect(Math.abs(ratio - 1)).toBeLessThan(0.2);
    expect(average(flow, "grad_norm_sq")).toBeLessThan(0.01 * average(optimizer, "grad_norm_sq"));
  });

  it("of the squared oscillation along the critical eigenvector", () => {
    const x = coordinate(optimizer, 0);
    const observed = mean(x.map((value) => (value - mean(x)) ** 2));
    const variances = late(flow.rows).map((row) => (row.oscillation_variances as Float64Array)[0]!);
    expect(Math.abs((lr * mean(variances)) / observed - 1)).toBeLessThan(0.2);
  });
});
