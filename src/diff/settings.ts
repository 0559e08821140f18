/** How the settings of two sides differ: of params, and of steps of one name. */
import type { Span } from "../dsl/diagnostic.js";
import { type Change, changes, nearestOf } from "../plan/changes.js";
import { differences } from "../plan/differences.js";
import type { Difference } from "../plan/reasons.js";
import type { Side, SideStep } from "./side.js";

/** Where something was written, on either side. */
export interface Places {
  readonly placeA?: Span;
  readonly placeB?: Span;
}

export interface StepPair {
  readonly a: SideStep;
  readonly b: SideStep;
  /** `kind` if they are different things; `unknown` where nothing tells what one of them was like. */
  readonly relation: "same" | "length" | "different" | "kind" | "unknown";
  /** Before is A's. */
  readonly differences: readonly (Difference & Places)[];
}

export interface SettingsDifference {
  readonly params: readonly (Change & Places)[];
  /** Steps of the same name. */
  readonly pairs: readonly StepPair[];
  /** The same under two names. */
  readonly renamed: readonly { readonly a: SideStep; readonly b: SideStep }[];
  readonly onlyA: readonly SideStep[];
  readonly onlyB: readonly SideStep[];
}

export function compareSettings(a: Side, b: Side): SettingsDifference {
  const pairs = [...a.steps.values()].flatMap((step) => {
    const other = b.steps.get(step.name);
    return other ? [pairOf(step, other)] : [];
  });
  return {
    params: changes(a.params, b.params).map((change) => ({
      ...change,
      ...placesOf(change.path, a.paramPlaces, b.paramPlaces),
    })),
    pairs,
    ...lone(a, b),
  };
}

/** Steps whose name the other side does not have; the first of the same content is taken for the same. */
function lone(a: Side, b: Side): Pick<SettingsDifference, "renamed" | "onlyA" | "onlyB"> {
  const free = new Map<string, SideStep[]>();
  for (const step of b.steps.values()) {
    if (a.steps.has(step.name)) continue;
    const key = contentOf(step);
    free.set(key, [...(free.get(key) ?? []), step]);
  }
  const renamed: { a: SideStep; b: SideStep }[] = [];
  const onlyA: SideStep[] = [];
  for (const step of a.steps.values()) {
    if (b.steps.has(step.name)) continue;
    const twin = free.get(contentOf(step))?.shift();
    if (twin) renamed.push({ a: step, b: twin });
    else onlyA.push(step);
  }
  return { renamed, onlyA, onlyB: [...free.values()].flat() };
}

function contentOf({ fingerprint, length }: SideStep): string {
  return `${fingerprint} ${length}`;
}

function pairOf(a: SideStep, b: SideStep): StepPair {
  const none = { a, b, differences: [] };
  if (contentOf(a) === contentOf(b)) return { ...none, relation: "same" };
  if (a.fingerprint === b.fingerprint) return { ...none, relation: "length" };
  if (a.kind !== b.kind) return { ...none, relation: "kind" };
  if (!a.described || !b.described) return { ...none, relation: "unknown" };
  const found = differences(a.described, b.described).map((each) =>
    each.form === "setting" ? { ...each, ...placesOf(each.path, a.places, b.places) } : each,
  );
  return { a, b, relation: "different", differences: found };
}

type Table = Readonly<Record<string, Span>>;

function placesOf(path: string, a: Table, b: Table): Places {
  const [placeA, placeB] = [nearestOf(a, path)?.value, nearestOf(b, path)?.value];
  return { ...(placeA && { placeA }), ...(placeB && { placeB }) };
}
