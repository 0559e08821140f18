/** All commands, in the order of `cflow --help`. */
import type { Command } from "commander";
import { declareCheck } from "./check.js";
import { declareClean } from "./clean.js";
import { declareDiff } from "./diff.js";
import { declareDoctor } from "./doctor.js";
import { declareExport } from "./export.js";
import { declareFetch } from "./fetch.js";
import { declareGc } from "./gc.js";
import { declareGraph } from "./graph.js";
import { declareLog } from "./log.js";
import { declarePlan } from "./plan.js";
import { declarePlot } from "./plot.js";
import { declareReport } from "./report.js";
import { declareRun } from "./run.js";
import { declareShow } from "./show.js";
import { declareVerify } from "./verify.js";
import { declareWatch } from "./watch.js";
import { declareWhy } from "./why.js";

/** Adds a command to the program: its arguments, options and help; what it does is loaded when it is called. */
export type Declare = (program: Command) => void;

export const calls: readonly Declare[] = [
  declareRun,
  declareWatch,
  declarePlan,
  declareWhy,
  declareLog,
  declareDiff,
  declareCheck,
  declareShow,
  declareExport,
  declarePlot,
  declareGraph,
  declareReport,
  declareVerify,
  declareGc,
  declareClean,
  declareDoctor,
  declareFetch,
];
