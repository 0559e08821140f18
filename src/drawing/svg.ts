/** A plan as a picture, laid out by Graphviz; the same plan gives the same bytes. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { dotOf } from "./dot.js";
import type { Picture } from "./picture.js";

export async function svgOf(picture: Picture, title: string): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.layout(dotOf(picture, title), "svg", "dot");
}
