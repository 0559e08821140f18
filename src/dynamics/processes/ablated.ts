/**
 * The central flow without its curvature regularization: oscillations still act on the optimizer's
 * state, so that the step size adapts and eigenvalues stay at 2, but ½∇⟨H, Σ⟩ is left out of dw/dt.
 * What it does differently is what the regularization is good for ("acceleration via
 * regularization", arXiv:2410.24206). Only an optimizer whose P adapts can hold the edge so.
 */
import { beginAtEdge, edgeSeries, edgeSettings, readSolved } from "./edge.js";
import type { ProcessKind } from "./process.js";

export const ablated: ProcessKind = {
  name: "ablated",
  doc: "The central flow of an adaptive optimizer without its curvature regularization.",
  settings: edgeSettings,
  positional: [],
  version: 5,
  priority: 4,
  series: edgeSeries,
  reads: readSolved,
  accepts(optimizer) {
    if (optimizer !== "gd") return undefined;
    return {
      misfit:
        "ablated needs an optimizer that adapts: with gd only the regularization holds the edge",
      help: "use scalar_rmsprop or rmsprop, or run central and stable",
    };
  },
  begin: (problem, start, saved) => beginAtEdge(problem, start, saved, { regularize: false }),
};
