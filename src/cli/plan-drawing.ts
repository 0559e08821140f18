/** A file's plan as SVG, with what a run would do. */
import { pictureOf } from "../drawing/picture.js";
import { plan } from "../plan/staleness.js";
import type { Reading } from "../plan/story.js";
import type { Cache } from "../runtime/layout.js";

export async function planDrawing({ program, graph }: Reading, cache: Cache): Promise<string> {
  const flows = program.flows.map(({ name }) => name);
  const { svgOf } = await import("../drawing/svg.js");
  return svgOf(pictureOf(plan(graph, cache), flows), program.source.name);
}
