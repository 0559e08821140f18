/** Layers that are given chains of layers, such as `residual(dense(8) -> gelu, scale = 0.5)`. */
import { error } from "../codes.js";
import type { Apply } from "../syntax/tree.js";
import type { LayerEntry } from "../vocabulary.js";
import type { Context } from "./context.js";
import { duplicate, type Given, type Takes } from "./settings.js";

/** What can be given to a layer: its chains come before what else has a position. */
export function takesOf(entry: LayerEntry, { arguments: given = [] }: Apply): Takes {
  const { branches } = entry;
  if (branches === undefined) return entry;
  const positional =
    branches.positional === "many" ? given.map((_, i) => String(i)) : branches.positional;
  const others = branches.positional === "many" ? [] : branches.positional;
  return {
    ...entry,
    positional: [...positional, ...entry.positional],
    others: [...others, ...branches.named],
  };
}

export interface Split {
  /** Undefined if one is missing or given twice, which has been reported. */
  readonly chains: readonly Given[] | undefined;
  readonly settings: readonly Given[];
}

/** Tells the chains that a layer is given from its settings. */
export function splitGiven(
  context: Context,
  entry: LayerEntry,
  apply: Apply,
  given: readonly Given[],
  broken: boolean,
): Split {
  const { branches } = entry;
  if (branches === undefined) return { chains: [], settings: given };
  const { positional, named } = branches;
  // What has a number for a name can only have been given by position.
  const isChain = ({ name: { text } }: Given) =>
    named.includes(text) || (positional === "many" ? /^\d/.test(text) : positional.includes(text));
  const chains = given.filter(isChain);
  const settings = given.filter((each) => !isChain(each));
  let sound = true;
  for (const [i, { name }] of chains.entries()) {
    const first = chains.slice(0, i).find((other) => other.name.text === name.text);
    if (first === undefined) continue;
    sound = false;
    context.report(duplicate(name, first.name.span));
  }
  if (positional === "many") {
    const count = chains.filter(({ name }) => !named.includes(name.text)).length;
    if (count < 2 && !broken) {
      const message = `\`${entry.name}\` needs two chains of layers or more, not ${count}`;
      const help = `write \`${entry.name}(…, …)\``;
      context.report(error("CF1303", apply.head, message, { help }));
    }
    sound &&= count >= 2;
  } else {
    for (const needed of positional) {
      if (chains.some(({ name }) => name.text === needed)) continue;
      sound = false;
      if (broken) continue;
      const message = `\`${entry.name}\` needs a chain of layers`;
      const help = `write it in parentheses, as in \`${entry.name}(… -> …)\``;
      context.report(error("CF1303", apply.head, message, { help }));
    }
  }
  return { chains: sound ? chains : undefined, settings };
}
