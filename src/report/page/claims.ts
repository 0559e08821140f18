/** Claims with their verdicts; of several subjects side by side. */
import type { NotedVerdict } from "../../claims/verdict.js";
import { showNumber } from "../../drawing/numbers.js";
import { html, type Markup } from "./html.js";
import { letterOf, type Report, type ReportedClaim } from "./report.js";

export const claimsId = "claims";

export function claimsSection({ subjects }: Report): Markup {
  const several = subjects.length > 1;
  const titles = [...new Set(subjects.flatMap(({ claims }) => claims.map(({ title }) => title)))];
  if (titles.length === 0) return html`<section id="${claimsId}" hidden></section>`;
  const rows = titles.map((title) => {
    const own = subjects.map(({ claims }) => claims.find((claim) => claim.title === title));
    const texts = [...new Set(own.flatMap((claim) => claim?.text ?? []))];
    return html`
<tr><th scope="row">${title}${texts.map((text) => html`<code>${text}</code>`)}</th>${own.map(cells)}</tr>`;
  });
  return html`<section id="${claimsId}" aria-labelledby="claims-title">
<h2 id="claims-title">Claims${several ? "" : tally(subjects[0]!.claims)}</h2>
<div class="wide"><table class="claims${!several && " one"}">
<thead><tr><td></td>${subjects.map(
    (_, i) =>
      html`<th scope="col">${several ? letterOf(i) : "verdict"}</th><th scope="col" class="number">measured</th><th scope="col" class="number">claimed</th>`,
  )}</tr></thead>
<tbody>${rows}
</tbody></table></div>
</section>`;
}

function tally(claims: readonly ReportedClaim[]): Markup {
  const held = claims.filter(({ verdict }) => verdict?.holds).length;
  return html`<small>${held} of ${claims.length} hold${claims.length === 1 ? "s" : ""}</small>`;
}

function cells(claim: ReportedClaim | undefined): Markup {
  if (!claim) return html`<td colspan="3" class="none">not claimed</td>`;
  const { verdict, operator } = claim;
  if (!verdict) return html`<td colspan="3"><span class="verdict open">not judged</span></td>`;
  return html`<td>${verdictMark(verdict)}</td><td class="number">${side(verdict.value)}</td><td class="number">${signs[operator] ?? operator} ${side(verdict.bound)}</td>`;
}

/** Comparisons as people write them. */
const signs: Readonly<Record<string, string>> = { "<=": "≤", ">=": "≥", "==": "=", "!=": "≠" };

function verdictMark({ holds }: NotedVerdict): Markup {
  return holds
    ? html`<span class="verdict holds">✓ holds</span>`
    : html`<span class="verdict fails">✗ fails</span>`;
}

function side(value: number | null): string {
  return value === null ? "no finite value" : showNumber(value);
}
