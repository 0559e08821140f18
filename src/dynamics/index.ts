/** What this room adds to the language. */
import { gd } from "./optimizers/gd.js";
import type { OptimizerKind } from "./optimizers/optimizer.js";
import { central } from "./processes/central.js";
import { discrete } from "./processes/discrete.js";
import { midpoint } from "./processes/midpoint.js";
import type { ProcessKind } from "./processes/process.js";
import { stable } from "./processes/stable.js";

export { blocks, flowSettings } from "./blocks.js";

export const optimizerKinds: readonly OptimizerKind[] = [gd];
export const processKinds: readonly ProcessKind[] = [discrete, midpoint, central, stable];
