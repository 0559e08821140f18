/** A plan as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html). */
import { boxLines, colors, ink, type Picture, states } from "./picture.js";

export function mermaidOf({ nodes, flows }: Picture): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `s${i}`]));
  const box = (node: (typeof nodes)[number]) =>
    `${ids.get(node.name)}["${boxLines(node).map(escaped).join("<br/>")}"]:::${node.state}`;
  const used = states.filter((state) => nodes.some((node) => node.state === state));
  return `${[
    "flowchart LR",
    ...nodes.filter(({ flow }) => flow === undefined).map((node) => `  ${box(node)}`),
    ...flows.flatMap((flow, i) => [
      `  subgraph f${i} ["${escaped(flow)}"]`,
      ...nodes.filter((node) => node.flow === flow).map((node) => `    ${box(node)}`),
      "  end",
    ]),
    ...nodes.flatMap(({ name, inputs }) =>
      inputs.map((input) => `  ${ids.get(input)} --> ${ids.get(name)}`),
    ),
    ...used.map(
      (state) =>
        `  classDef ${state} fill:${colors[state].fill},stroke:${colors[state].line},color:${ink}`,
    ),
  ].join("\n")}\n`;
}

/** Characters that mean something in labels become entities, which Mermaid writes with #. */
function escaped(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, " ")
    .replace(/[#"<>&`]/g, (character) => `#${character.codePointAt(0)};`);
}
