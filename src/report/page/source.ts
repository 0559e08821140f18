/** The texts of experiments, with their imports. */
import { html, type Markup } from "./html.js";
import { letterOf, type Report } from "./report.js";

export function sourceSection({ subjects }: Report): Markup | undefined {
  const several = subjects.length > 1;
  const texts = subjects.flatMap(({ sources }, i) =>
    sources.map(({ name, text }) => ({ name: several ? `${letterOf(i)}: ${name}` : name, text })),
  );
  if (texts.length === 0) return undefined;
  return html`
<section aria-labelledby="source-title">
<h2 id="source-title">${texts.length === 1 ? "Source" : "Sources"}</h2>${texts.map(
    ({ name, text }, i) => html`
<details${!several && i === 0 && html` open`}><summary>${name}</summary><pre tabindex="0"><code>${text}</code></pre></details>`,
  )}
</section>`;
}
