/** Every dataset that the language can name. */
import { arrays } from "./arrays/entry.js";
import { cifar10 } from "./cifar10/entry.js";
import { circles } from "./circles.js";
import { classification } from "./classification.js";
import { copying } from "./copying.js";
import type { DatasetKind } from "./examples.js";
import { mnist } from "./mnist/entry.js";
import { moons } from "./moons.js";
import { sorting } from "./sorting.js";
import { sst2 } from "./sst2/entry.js";
import { table } from "./table/entry.js";

export const datasets: readonly DatasetKind[] = [
  mnist,
  cifar10,
  sst2,
  sorting,
  copying,
  moons,
  circles,
  classification,
  arrays,
  table,
];
