/** Several files or runs over each other. */
import { settingRows } from "../diff/setting-rows.js";
import { compareSettings } from "../diff/settings.js";
import type { Side } from "../diff/side.js";
import { familiesOf } from "./family.js";
import { letterOf, type ReportedComparison, type Subject } from "./page/report.js";

/** @param sides  of the subjects, in their order */
export function comparisonOf(
  subjects: readonly Subject[],
  sides: readonly Side[],
): ReportedComparison {
  return {
    flows: sharedFlows(subjects).map(({ name, of }) => ({
      name,
      families: familiesOf(
        subjects.map(({ flows }, i) => ({
          name: letterOf(i),
          figures: flows.find((flow) => flow.name === of[i])?.figures ?? [],
        })),
      ),
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

/** Flows of one name; where every subject has but one, these, whatever they are called. */
function sharedFlows(subjects: readonly Subject[]) {
  const names = [...new Set(subjects.flatMap(({ flows }) => flows.map(({ name }) => name)))];
  if (names.length > 1 && subjects.every(({ flows }) => flows.length === 1)) {
    const of = subjects.map(({ flows }) => flows[0]!.name);
    return [{ name: [...new Set(of)].join(" and "), of }];
  }
  return names.map((name) => ({ name, of: subjects.map(() => name) }));
}
