/** A plan in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html). */
import { boxLines, colors, grey, ink, type Node, type Picture } from "./picture.js";

/** Viewers may have another font, which can be wider: boxes have room for it. */
const font = "Helvetica,Arial,sans-serif";

export function dotOf({ nodes, flows }: Picture, title: string): string {
  const box = (node: Node, indent: string) => {
    const { fill, line } = colors[node.state];
    const label = boxLines(node).map(escaped).join("\\n");
    return `${indent}${quoted(node.name)} [label="${label}", fillcolor="${fill}", color="${line}"]`;
  };
  return `${[
    `digraph ${quoted(title)} {`,
    `  graph [rankdir=LR, bgcolor=transparent, fontname="${font}", fontcolor="${grey}", color="${grey}"]`,
    `  node [shape=box, style="rounded,filled", fontname="${font}", fontsize=11, margin="0.25,0.08", fontcolor="${ink}"]`,
    `  edge [color="${grey}"]`,
    ...nodes.filter(({ flow }) => flow === undefined).map((node) => box(node, "  ")),
    ...flows.flatMap((flow, i) => [
      `  subgraph cluster_${i} {`,
      `    label=${quoted(flow)}`,
      ...nodes.filter((node) => node.flow === flow).map((node) => box(node, "    ")),
      "  }",
    ]),
    ...nodes.flatMap(({ name, inputs }) =>
      inputs.map((input) => `  ${quoted(input)} -> ${quoted(name)}`),
    ),
    "}",
  ].join("\n")}\n`;
}

const quoted = (text: string) => `"${escaped(text)}"`;

/** Graphviz reads entities of HTML in all text. */
function escaped(text: string): string {
  return text
    .replace(/[\\"]/g, (character) => `\\${character}`)
    .replaceAll("&", "&amp;")
    .replace(/[\p{C}\s]+/gu, " ");
}
