// How an optimizer's weights move: around their average, from one side to the other with every step?
//
//   node period.mjs STEP_FOLDER OUT_FOLDER TOLERANCE
//
// Reads the snapshots of a path (`snapshots.arrow`, a row a step) and writes a series with a row a
// step: how far the first coordinate is from the mean of its neighbours, and whether this changed sign
// by more than the tolerance.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";

const [from, to, tolerance] = process.argv.slice(2);
const snapshots = tableFromIPC(readFileSync(join(from, "snapshots.arrow")));
const path = Array.from(snapshots.getChild("weights"), (weights) => weights.get(0));

const deviation = path.map((x, i) => {
  const [before, after] = [path[i - 1] ?? x, path[i + 1] ?? x];
  return x - (before + after) / 2;
});
const flips = deviation.map((x, i) => {
  const before = deviation[i - 1] ?? 0;
  return Number(x * before < 0 && Math.abs(x - before) > Number(tolerance));
});

const table = tableFromArrays({
  step: Float64Array.from(path.keys()),
  deviation: Float64Array.from(deviation),
  flips: Float64Array.from(flips),
});
writeFileSync(join(to, "series.arrow"), tableToIPC(table, "file"));
console.log(`${path.length} steps, ${flips.reduce((sum, flip) => sum + flip, 0)} changes of sign`);
