/**
 * What users call results: `eos.central`, `eos[lr=0.02].central.train_loss`, and with a component of a
 * spectrum `eos.central.effective_eigenvalues[0]`. Names of steps hold dots and brackets themselves.
 */
import { nearest } from "../dsl/suggest.js";
import type { Misfit } from "../dsl/vocabulary.js";

/** Names that a message lists. */
const listed = 12;

export interface Address {
  readonly step: string;
  /** What follows the step's name and a dot: a series, a tensor. */
  readonly part?: string;
}

/** The step whose name is the longest that the text is or goes on after; undefined if none is. */
export function addressIn(steps: Iterable<string>, text: string): Address | undefined {
  let best: string | undefined;
  for (const name of steps) {
    const matches = text === name || text.startsWith(`${name}.`);
    if (matches && name.length > (best?.length ?? -1)) best = name;
  }
  if (best === undefined) return undefined;
  return text === best ? { step: best } : { step: best, part: text.slice(best.length + 1) };
}

/** That a result has no such part, and what it has. */
export function noPart(of: string, part: string, names: readonly string[]): Misfit {
  const near = nearest(part, names);
  const more = names.length > listed ? ` and ${names.length - listed} more` : "";
  return {
    misfit: `'${of}' has no '${part}'`,
    help:
      near !== undefined
        ? `did you mean '${near}'?`
        : names.length > 0
          ? `it has ${names.slice(0, listed).join(", ")}${more}`
          : "it has no series and no tensors",
  };
}

export interface Selection {
  readonly name: string;
  /** Of a spectrum, from 0. */
  readonly component?: number;
}

/** `name` or `name[i]`, where a name that is there as it stands goes first; undefined if none is. */
export function selectionIn(names: readonly string[], part: string): Selection | undefined {
  if (names.includes(part)) return { name: part };
  const [, name, component] = /^(.*)\[(\d+)\]$/s.exec(part) ?? [];
  return name !== undefined && names.includes(name)
    ? { name, component: Number(component) }
    : undefined;
}
