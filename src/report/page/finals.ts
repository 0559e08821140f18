/** What the curves of families come to in the end, side by side. */
import { showNumber } from "../../drawing/numbers.js";
import type { Family } from "../family.js";
import type { Curve } from "../figure.js";
import { fewMembers } from "../members.js";
import { html, type Markup } from "./html.js";

interface FinalRow {
  readonly figure: string;
  readonly label: string;
  /** By member; undefined where it has no such curve. */
  readonly values: readonly (number | undefined)[];
}

/** The last measured values. Of curves of one label, such as eigenvalues, the first one's. */
export function finalRows(families: readonly Family[]): FinalRow[] {
  return families.flatMap(({ figure, members }) => {
    const labels = new Set(
      figure.curves.filter(({ style }) => style !== "faint").map(({ label }) => label),
    );
    return [...labels].map((label) => ({
      figure: figure.title,
      label,
      values: members.map((_, member) =>
        lastOf(figure.curves.find((curve) => curve.label === label && curve.member === member)),
      ),
    }));
  });
}

function lastOf(curve: Curve | undefined): number | undefined {
  for (let i = (curve?.y.length ?? 0) - 1; i >= 0; i--) {
    const value = curve!.y[i];
    if (typeof value === "number") return value;
  }
  return undefined;
}

export function finalValues(families: readonly Family[]): Markup {
  const rows = finalRows(families);
  const members = families[0]?.members ?? [];
  return html`
<h3>Final values</h3>
<div class="wide"><table class="finals">
${members.length > fewMembers ? membersDown(rows, members) : membersAcross(rows, members)}
</table></div>`;
}

function membersAcross(rows: readonly FinalRow[], members: readonly string[]): Markup {
  return html`<thead><tr><td></td><td></td>${members.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ figure, label, values }, i) => html`
<tr><td class="soft">${rows[i - 1]?.figure === figure ? "" : figure}</td><th scope="row">${label}</th>${values.map(finalCell)}</tr>`,
  )}
</tbody>`;
}

function membersDown(rows: readonly FinalRow[], members: readonly string[]): Markup {
  return html`<thead><tr><td></td>${rows.map(
    ({ figure, label }) => html`<th scope="col" class="number">${figure}<br>${label}</th>`,
  )}</tr></thead>
<tbody>${members.map(
    (name, member) => html`
<tr><th scope="row">${name}</th>${rows.map(({ values }) => finalCell(values[member]))}</tr>`,
  )}
</tbody>`;
}

function finalCell(value: number | undefined): Markup {
  return html`<td class="number">${value === undefined ? "–" : showNumber(value)}</td>`;
}
