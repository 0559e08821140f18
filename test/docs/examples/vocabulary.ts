/** The vocabulary with the examples of docs/extending.md in it. */
import { vocabulary as own } from "../../../src/cli/vocabulary.js";
import type { Vocabulary } from "../../../src/dsl/vocabulary.js";
import { adagradNorm } from "./adagrad-norm.js";
import { gain } from "./gain.js";
import { modified } from "./modified.js";

export const vocabulary: Vocabulary = {
  ...own,
  layers: [...own.layers, gain],
  optimizers: [...own.optimizers, adagradNorm],
  processes: [...own.processes, modified],
};
