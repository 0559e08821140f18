/** "Did you mean": the nearest of some names, by optimal string alignment distance. */
import type { Fix, Span } from "./diagnostic.js";

/** Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the other. */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Shortest beginning of a word that is taken for an abbreviation, or for the word with an ending. */
const shortestStem = 3;

function sameStem(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= shortestStem && (a.startsWith(b) || b.startsWith(a));
}

/**
 * The nearest candidate, if at most a third of the word (and at least one letter) must change; else
 * one that the word begins with or that begins with the word, as `max` for `maximum`.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance || word.length < 2) continue;
    const d = distance(lower, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best ?? [...candidates].find((each) => sameStem(lower, each.toLowerCase()));
}

/** Help for a name that wasn't found: the nearest one with a fix, else the list of what there is. */
export function suggestion(
  word: string,
  span: Span,
  candidates: readonly string[],
  otherwise: string = listing(candidates),
): { help: string; fix?: Fix } {
  const found = nearest(word, candidates);
  if (found === undefined) return { help: otherwise };
  return {
    help: `did you mean \`${found}\`?`,
    fix: { title: `replace \`${word}\` by \`${found}\``, span, replacement: found },
  };
}

const listed = 12;

function listing(candidates: readonly string[]): string {
  if (candidates.length === 0) return "there is none to choose from";
  const shown = candidates.slice(0, listed).map((name) => `\`${name}\``);
  const more = candidates.length > listed ? ` and ${candidates.length - listed} more` : "";
  return `there ${candidates.length === 1 ? "is" : "are"} ${shown.join(", ")}${more}`;
}
