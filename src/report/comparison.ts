/** Several files or runs over each other. */
import { settingRows } from "../diff/setting-rows.js";
import { compareSettings } from "../diff/settings.js";
import type { Side } from "../diff/side.js";
import { familiesOf } from "./family.js";
import type { Figure } from "./figure.js";
import { letterOf, type ReportedComparison, type Subject } from "./page/report.js";

/** @param sides  of the subjects, in their order */
export function comparisonOf(
  subjects: readonly Subject[],
  sides: readonly Side[],
): ReportedComparison {
  return {
    flows: [...sharedFlows(subjects), ...sharedVariants(subjects)].map(({ name, members }) => ({
      name,
      families: familiesOf(members),
    })),
    differences: sides.slice(1).map((side, i) => ({
      a: 0,
      b: i + 1,
      rows: settingRows(compareSettings(sides[0]!, side)).map(({ cells, steps }) => {
        const [name, a, b] = cells;
        return { name, a, b, steps };
      }),
    })),
  };
}

interface Shared {
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
}

/** Flows of one name; where every subject has but one, these, whatever they are called. */
function sharedFlows(subjects: readonly Subject[]): Shared[] {
  const names = [...new Set(subjects.flatMap(({ flows }) => flows.map(({ name }) => name)))];
  const membersOf = (of: (subject: number) => string) =>
    subjects.map(({ flows }, i) => ({
      name: letterOf(i),
      figures: flows.find(({ name }) => name === of(i))?.figures ?? [],
    }));
  if (names.length > 1 && subjects.every(({ flows }) => flows.length === 1)) {
    const of = subjects.map(({ flows }) => flows[0]!.name);
    return [{ name: [...new Set(of)].join(" and "), members: membersOf((i) => of[i]!) }];
  }
  return names.map((name) => ({ name, members: membersOf(() => name) }));
}

/** Variants of one declared flow that only one subject has each, as where one of them sweeps. */
function sharedVariants(subjects: readonly Subject[]): Shared[] {
  if (subjects.every(({ flows }) => flows.length === 1)) return [];
  const count = new Map<string, number>();
  for (const { name } of subjects.flatMap(({ flows }) => flows)) {
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  const alone = subjects.flatMap(({ flows }, i) =>
    flows.filter(({ name }) => count.get(name) === 1).map((flow) => ({ ...flow, subject: i })),
  );
  const names = [...new Set(alone.map(({ declared }) => declared))];
  return names.flatMap((name) => {
    const variants = alone.filter((flow) => flow.declared === name);
    if (new Set(variants.map(({ subject }) => subject)).size < 2) return [];
    return {
      name: `${name}, variants`,
      members: variants.map((flow) => ({
        name: `${letterOf(flow.subject)} ${flow.name.slice(name.length)}`.trim(),
        figures: flow.figures,
      })),
    };
  });
}
