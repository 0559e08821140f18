/** Everything the language can name, gathered from the rooms that implement it. */
import { claimFunctions } from "../claims/functions.js";
import { datasets } from "../data/index.js";
import type { Vocabulary } from "../dsl/vocabulary.js";
import {
  blocks,
  flowSettings,
  numberFits,
  optimizerKinds,
  processKinds,
  scheduleKinds,
} from "../dynamics/index.js";
import { distributions, layers, losses, smoothFunctions, weights } from "../models/index.js";
import { commandEntry } from "../programs/command.js";

export const vocabulary: Vocabulary = {
  datasets,
  layers,
  losses,
  optimizers: optimizerKinds,
  schedules: scheduleKinds,
  distributions,
  weights,
  processes: processKinds,
  blocks,
  functions: claimFunctions,
  smoothFunctions,
  command: commandEntry,
  flow: flowSettings,
  numberFits,
};
