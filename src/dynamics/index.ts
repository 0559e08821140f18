/** What this room adds to the language. */
import { gd } from "./optimizers/gd.js";
import type { OptimizerKind } from "./optimizers/optimizer.js";
import { rmsprop } from "./optimizers/rmsprop.js";
import { scalarRmsprop } from "./optimizers/scalar-rmsprop.js";
import { ablated } from "./processes/ablated.js";
import { central } from "./processes/central.js";
import { discrete } from "./processes/discrete.js";
import { midpoint } from "./processes/midpoint.js";
import type { ProcessKind } from "./processes/process.js";
import { stable } from "./processes/stable.js";
import { stationary } from "./processes/stationary.js";

export { blocks } from "./blocks/index.js";
export { flowSettings, numberFits } from "./flow-settings.js";
export { scheduleKinds } from "./schedules/index.js";

export const optimizerKinds: readonly OptimizerKind[] = [gd, scalarRmsprop, rmsprop];
export const processKinds: readonly ProcessKind[] = [
  discrete,
  midpoint,
  central,
  stable,
  ablated,
  stationary,
];
