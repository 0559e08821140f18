/** The plan as a drawing. */
import { html, type Markup, raw } from "./html.js";
import type { Report } from "./report.js";

export function planSection({ subjects }: Report): Markup | undefined {
  const [subject] = subjects;
  if (subjects.length > 1 || subject?.plan === undefined) return undefined;
  return html`
<section aria-labelledby="plan-title">
<h2 id="plan-title">Plan</h2>
<figure class="plan" role="img" aria-label="the steps, with arrows from what they read">${raw(embedded(subject.plan))}</figure>
</section>`;
}

/** Without what stands before the element in a file of its own. */
function embedded(svg: string): string {
  return svg.slice(svg.indexOf("<svg"));
}
