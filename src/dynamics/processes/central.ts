/** The central flow: the optimizer's time-averaged path (`edge.ts`). */
import { beginAtEdge, edgeSeries, edgeSettings, readSolved } from "./edge.js";
import type { ProcessKind } from "./process.js";

export const central: ProcessKind = {
  name: "central",
  doc: "The central flow: the optimizer's time-averaged path and the covariance of its oscillations.",
  settings: edgeSettings,
  positional: [],
  version: 6,
  priority: 4,
  series: edgeSeries,
  reads: readSolved,
  begin: (problem, start, saved) => beginAtEdge(problem, start, saved, { regularize: true }),
};
