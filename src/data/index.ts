/** Every dataset that the language can name. */
import { arrays } from "./arrays/entry.js";
import type { DatasetKind } from "./examples.js";
import { mnist } from "./mnist/entry.js";

export const datasets: readonly DatasetKind[] = [mnist, arrays];
