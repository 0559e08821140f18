/** What the network says of chosen examples. */
import { componentCurves, listsOf, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

/** More curves than these can't be told apart. */
const most = 12;
/** As many examples are shown as have at most so many outputs together, and one at least. */
const enough = 6;

export const outputs: FigureKind = {
  name: "outputs",
  title: "Network outputs",
  caption:
    "The network's outputs on chosen examples, of the optimizer and of the central flow, which " +
    "predicts their course without the oscillations.",
  needs: "`outputs` and `discrete` or `central`",
  draw(flow) {
    const sets = flow.examples;
    if (!sets) return undefined;
    for (const set of ["test", "train"] as const) {
      const column = `${set}_outputs`;
      const tables = tablesOf(flow, ["discrete", "central"]);
      const lists = tables.map(([, table]) => listsOf(table, column)).find((each) => each);
      if (!lists || sets[set].length === 0) continue;
      const each = lists.find((list) => list !== null)!.length / sets[set].length;
      const examples = sets[set].slice(0, Math.max(1, Math.floor(enough / each)));
      const count = Math.min(most, each * examples.length);
      const noun = examples.length === 1 ? `${set} example` : `${set} examples`;
      return {
        x: { label: "step" },
        y: { label: `outputs on ${noun} ${examples.join(", ")}`, scale: "linear" },
        curves: tables.flatMap(([look, table]) => {
          const faint = look.role === "optimizer" && { style: "faint" as const };
          return componentCurves(table, column, { ...look, ...faint }, count);
        }),
        levels: [],
      };
    }
    return undefined;
  },
};
