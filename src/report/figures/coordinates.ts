/** Which of the single coordinates that a flow keeps are drawn. */
import type { FlowResults } from "../flow-results.js";
import { listsOf, tablesOf } from "./curves.js";

/** Curves of more would hide each other. */
const most = 3;

/**
 * Places in the lists of a column: evenly spaced among the coordinates by their last value, the
 * largest first. One that isn't positive, as of an input that is always 0, has no place on a
 * logarithmic scale.
 */
export function chosenCoordinates(flow: FlowResults, column: string): readonly number[] {
  const last = tablesOf(flow, ["central", "discrete"])
    .map(([, table]) => listsOf(table, column)?.findLast((list) => list !== null))
    .find((list) => list);
  if (!last) return [];
  const places = [...last.keys()]
    .filter((i) => last[i]! > 0)
    .sort((a, b) => last[b]! - last[a]! || a - b);
  const count = Math.min(most, places.length);
  return Array.from({ length: count }, (_, i) => places[Math.floor((i * places.length) / most)]!);
}
