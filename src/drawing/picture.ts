/** What is drawn of a plan: its steps with their states, arrows from what they read, and flows. */
import type { PlannedStep } from "../plan/staleness.js";

/** A damaged step is one whose stage isn't what was written: a run makes it again. */
export const states = ["cached", "continue", "run", "unneeded", "damaged"] as const;
export type State = (typeof states)[number];

export interface Node {
  readonly name: string;
  readonly kind: string;
  /** Rows of a trajectory; `from` so many it goes on. */
  readonly length?: number;
  readonly from?: number;
  readonly state: State;
  /** Names of the steps that it reads, each once. */
  readonly inputs: readonly string[];
  /** The flow that it is a step of. */
  readonly flow?: string;
}

/** In an order in which every step follows its inputs. */
export interface Picture {
  readonly nodes: readonly Node[];
  /** Those that have steps, in the order of their first ones. */
  readonly flows: readonly string[];
}

/** @param flows  names of all flows: `toy.discrete` is a step of the flow `toy` */
export function pictureOf(planned: readonly PlannedStep[], flows: readonly string[]): Picture {
  const nodes = planned.map(({ step, status, from, damaged }): Node => {
    const { name, kind, length, inputs } = step;
    const flow = longestOf(flows.filter((each) => name.startsWith(`${each}.`)));
    return {
      name,
      kind,
      ...(length !== undefined && { length }),
      ...(from !== undefined && { from }),
      state: damaged.length > 0 && status !== "cached" ? "damaged" : status,
      inputs: [...new Set(Object.values(inputs))],
      ...(flow !== undefined && { flow }),
    };
  });
  return { nodes, flows: [...new Set(nodes.flatMap(({ flow }) => flow ?? []))] };
}

function longestOf(names: readonly string[]): string | undefined {
  return names.reduce<string | undefined>(
    (longest, name) => (longest === undefined || name.length > longest.length ? name : longest),
    undefined,
  );
}

/** `discrete`, `400 rows`; not the kind where the name, as it is shown, says it. */
export function facts({ kind, length }: Node, shown: string): string[] {
  const said = shown === kind || shown.startsWith(`${kind} `);
  return [...(said ? [] : [kind]), ...(length === undefined ? [] : [rows(length)])];
}

const rows = (count: number) => `${count} row${count === 1 ? "" : "s"}`;

/** `run`, `continue after 200 rows`. */
export function stateOf({ state, from }: Node): string {
  return state === "continue" ? `continue after ${rows(from!)}` : state;
}

/** Boxes are opaque, so that they can be read on pages of any colour. */
export const colors: Readonly<Record<State, { readonly fill: string; readonly line: string }>> = {
  cached: { fill: "#dcecd6", line: "#4f8a43" },
  continue: { fill: "#fdf0c8", line: "#b08400" },
  run: { fill: "#d3e5f6", line: "#2f73b5" },
  unneeded: { fill: "#ececec", line: "#8c8c8c" },
  damaged: { fill: "#f6d0d0", line: "#b23a3a" },
};
export const ink = "#1a1a1a";
/** Of what lies beside boxes: far enough from white and from black. */
export const grey = "#808080";

/** Characters of a line in a box, which words may exceed. */
const boxWidth = 32;

/** What stands in a box, line by line. */
export function boxLines(node: Node): string[] {
  const told = facts(node, node.name).join(", ");
  return [...words(node.name), ...(told === "" ? [] : [told]), stateOf(node)];
}

function words(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= boxWidth) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
