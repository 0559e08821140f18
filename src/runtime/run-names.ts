/** How runs are called: by their id, by a beginning of it that no other id has, or `last`. */

/** Ids that a name may mean: none, one, or several that begin alike. `ids` are given newest first. */
export function idsNamed(ids: readonly string[], name: string): readonly string[] {
  if (name === "last") return ids.slice(0, 1);
  if (name === "") return [];
  return ids.includes(name) ? [name] : ids.filter((id) => id.startsWith(name));
}

/** A day and a minute: what is shorter would soon mean several runs. */
const shortest = "20260102T0304".length;

/** Length of beginnings that tell all ids apart. */
export function shortLength(ids: readonly string[]): number {
  const sorted = [...ids].sort();
  const shared = sorted.slice(1).map((id, i) => sharedLength(id, sorted[i]!));
  return Math.max(shortest, ...shared.map((length) => length + 1));
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
