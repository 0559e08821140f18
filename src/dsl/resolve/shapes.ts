/** Shapes along chains of layers, and through the chains that layers are given. */
import { error } from "../codes.js";
import type { Label, Span } from "../diagnostic.js";
import type { ResolvedBranch, ResolvedLayer } from "../program.js";
import { isMisfit, type LayerEntry, type Settings, type Shape } from "../vocabulary.js";
import type { Context } from "./context.js";

/** A layer in a chain, before its shapes are known. */
export interface Link {
  readonly entry: LayerEntry;
  readonly settings: Settings;
  readonly places: Readonly<Record<string, Span>>;
  readonly span: Span;
  readonly branches: readonly LinkedBranch[];
  /** Layers in it: one, and those of its branches. */
  readonly size: number;
  /** Where the declared layer or model was used that this one is part of. */
  readonly used?: Span;
}

export interface LinkedBranch {
  readonly name: string;
  readonly links: readonly Link[];
  readonly span: Span;
}

/** What gives a shape, and where it stands. */
interface Giver {
  readonly shape: Shape;
  readonly span: Span;
  /** How many different tokens it gives; numbers if undefined. */
  readonly tokens?: number | undefined;
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The first layer that does not fit is reported, the rest is not known.
 *
 * @param used where a declared layer was used that the whole chain is part of
 */
export function follow(
  context: Context,
  links: readonly Link[],
  input: Giver,
  used?: Span,
): ResolvedLayer[] | undefined {
  const layers: ResolvedLayer[] = [];
  let giver = input;
  for (const link of links) {
    const layer = shaped(context, { ...link, ...(used && { used }) }, giver);
    if (layer === undefined) return undefined;
    layers.push(layer);
    giver = { shape: layer.output, span: layer.span };
  }
  return layers;
}

function shaped(context: Context, link: Link, giver: Giver): ResolvedLayer | undefined {
  const { entry, settings, places, span, used } = link;
  const input = giver.shape;
  const branches: ResolvedBranch[] = [];
  for (const { name, links } of link.branches) {
    const layers = follow(context, links, giver, used);
    if (layers === undefined) return undefined;
    branches.push({ name, layers });
  }
  const outputs = branches.map(({ name, layers }) => [name, layers.at(-1)!.output] as const);
  const output =
    entry.accepts?.(settings, giver.tokens) ?? entry.output(settings, input, new Map(outputs));
  if (!isMisfit(output)) {
    const parameters = entry.parameters(settings, input);
    return { maker: entry.name, settings, places, input, output, parameters, branches, span };
  }
  const ends = branches.map(({ layers }) => layers.at(-1)!);
  const givers: Label[] = [
    giver,
    ...ends.map((end) => ({ shape: end.output, span: end.span })),
  ].map((each) => ({ span: each.span, text: `gives ${showShape(each.shape)}` }));
  context.report(
    error("CF1401", placeOf(link, output.setting), output.misfit, {
      label: `gets ${showShape(input)}`,
      others: [...givers, ...(used === undefined ? [] : [{ span: used, text: "used here" }])],
      help: output.help,
    }),
  );
  return undefined;
}

function placeOf({ places, branches, span }: Link, setting: string | undefined): Span {
  if (setting === undefined) return span;
  return places[setting] ?? branches.find(({ name }) => name === setting)?.span ?? span;
}
