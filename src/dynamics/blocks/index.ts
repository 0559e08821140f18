/** Every block that a flow can hold. */
import type { BlockEntry } from "../../dsl/vocabulary.js";
import { compare } from "./compare.js";
import { coordinates } from "./coordinates.js";
import { eigenvalues } from "./eigenvalues.js";
import { outputs } from "./outputs.js";
import { preconditioners } from "./preconditioners.js";
import { snapshots } from "./snapshots.js";

export const blocks: readonly BlockEntry[] = [
  eigenvalues,
  snapshots,
  outputs,
  coordinates,
  preconditioners,
  compare,
];
