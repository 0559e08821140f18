/** A plan in a terminal: a line a step, flow by flow, with arrows from what it reads. */
import { facts, type Node, type Picture, stateOf } from "../drawing/picture.js";
import { printable } from "../dsl/cells.js";
import type { Place } from "./describe.js";
import { planPaint } from "./outcomes.js";
import { cut, table, textWidth } from "./terminal.js";

/** No line is wider than the place, if that has room for a word. */
export function outlineOf({ nodes }: Picture, place: Place): string[] {
  const lines: string[] = [];
  for (let start = 0; start < nodes.length; ) {
    const { flow } = nodes[start]!;
    let end = start + 1;
    while (end < nodes.length && nodes[end]!.flow === flow) end++;
    if (flow !== undefined) lines.push(place.colors.bold(cut(printable(flow), place.width)));
    lines.push(...group(nodes.slice(start, end), flow, place));
    start = end;
  }
  return lines;
}

/** Steps of one flow, or of none. */
function group(nodes: readonly Node[], flow: string | undefined, place: Place): string[] {
  const { colors: c, width } = place;
  const indent = flow === undefined ? "" : "  ";
  const room = width - indent.length;
  const paints = planPaint(c);
  const short = (name: string) =>
    printable(
      flow !== undefined && name.startsWith(`${flow}.`) ? name.slice(flow.length + 1) : name,
    );
  const rows = nodes.map((node) => {
    const shown = short(node.name);
    const state = paints[node.state](stateOf(node));
    return [shown, state, facts(node, shown).join(", ")];
  });
  const arrows = nodes.map(({ inputs }) =>
    inputs.length === 0 ? "" : c.dim(`← ${inputs.map(short).join(", ")}`),
  );
  const told = rows.some(([, , what]) => what !== "");
  const whole = table(rows.map((row, i) => [...row.slice(0, told ? 3 : 2), arrows[i]!]));
  if (whole.every((line) => textWidth(line) <= room)) return whole.map((line) => indent + line);
  const heads = narrowed(rows, room);
  return nodes.flatMap(({ inputs }, i) => [
    indent + heads[i]!,
    ...(inputs.length === 0 ? [] : below(inputs.map(short), `${indent}  `, width).map(c.dim)),
  ]);
}

/** Names are cut; where there is hardly room for them, they stand alone with their states. */
function narrowed(rows: readonly (readonly string[])[], room: number): string[] {
  const widest = (column: number) => Math.max(...rows.map((row) => textWidth(row[column]!)));
  const names = room - widest(1) - widest(2) - 4;
  if (names >= 8) return table(rows.map(([name, ...more]) => [cut(name!, names), ...more]));
  const least = Math.max(1, room - widest(1) - 2);
  return table(rows.map(([name, state]) => [cut(name!, least), state!]));
}

/** Inputs on lines of their own. */
function below(inputs: readonly string[], indent: string, width: number): string[] {
  const lines = [`${indent}←`];
  for (const [i, name] of inputs.entries()) {
    const piece = cut(i < inputs.length - 1 ? `${name},` : name, width - indent.length - 2);
    if (textWidth(lines.at(-1)!) + 1 + textWidth(piece) > width) lines.push(`${indent} `);
    lines[lines.length - 1] += ` ${piece}`;
  }
  return lines;
}
