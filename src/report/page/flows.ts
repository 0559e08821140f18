/** The figures of flows: what sweeps make families of together, then every variant in its own place. */
import type { Family } from "../family.js";
import { familiesOf } from "../family.js";
import { finalValues } from "./finals.js";
import { html, type Markup, raw } from "./html.js";
import type { Placed } from "./pack.js";
import type { Report, ReportedFlow, Subject } from "./report.js";

/** Draws a figure as SVG for paper, and for browsers without scripts. */
export type Draw = (family: Family) => string;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly families: readonly Placed[];
  /** A variant of a sweep, whose curves are in a family above. */
  readonly folded: boolean;
  readonly finals: boolean;
}

/** In the page's order. */
export function sectionsOf({ subjects, comparison }: Report): Section[] {
  const sections: Omit<Section, "id" | "families">[] = [];
  const content: (readonly Family[])[] = [];
  const add = (section: Omit<Section, "id" | "families">, families: readonly Family[]) => {
    if (families.length === 0) return;
    sections.push(section);
    content.push(families);
  };
  for (const { name, families } of comparison?.flows ?? []) {
    add({ title: name, about: "", folded: false, finals: true }, families);
  }
  if (!comparison) for (const subject of subjects) addSubject(subject, add);
  return sections.map((section, i) => {
    const id = `flow-${i}`;
    const families = content[i]!.map((family) => ({
      ...family,
      id: `${id}-${family.figure.name}`,
    }));
    return { ...section, id, families };
  });
}

function addSubject(
  { flows, varied, plots }: Subject,
  add: (section: Omit<Section, "id" | "families">, families: readonly Family[]) => void,
): void {
  const own = ({ figures }: ReportedFlow) => figures.map((figure) => ({ figure, members: [] }));
  add(
    { title: "Plots", about: "of the file", folded: false, finals: false },
    plots.map((figure) => ({ figure, members: [] })),
  );
  const seen = new Set<string>();
  for (const flow of flows) {
    const sweep = varied.find(({ variants }) => variants.some((each) => each.flow === flow.name));
    if (!sweep) {
      add({ title: flow.name, about: flow.about, folded: false, finals: false }, own(flow));
      continue;
    }
    if (seen.has(sweep.name)) continue;
    seen.add(sweep.name);
    const members = sweep.variants.map((each) => ({
      name: each.label,
      figures: flows.find(({ name }) => name === each.flow)?.figures ?? [],
    }));
    const about = `${members.length} variants`;
    add({ title: sweep.name, about, folded: false, finals: true }, familiesOf(members));
    for (const { flow: variant } of sweep.variants) {
      const found = flows.find(({ name }) => name === variant);
      if (!found) continue;
      add({ title: variant, about: found.about, folded: true, finals: false }, own(found));
    }
  }
}

export function flowSections(sections: readonly Section[], draw: Draw | undefined): Markup[] {
  return sections.map(({ id, title, about, families, folded, finals }) => {
    const heading = html`<h2 id="${id}-title">${title}${about && html`<small>${about}</small>`}</h2>`;
    // What is folded is on paper, and without scripts, a part of the family above.
    const drawn = folded ? undefined : draw;
    const body = html`<div class="figures">${families.map((each) => figureElement(each, drawn))}
</div>${finals && finalValues(families)}`;
    return html`
<section id="${id}"${folded && raw(' class="folded"')} aria-labelledby="${id}-title">
${folded ? html`<details><summary>${heading}</summary>${body}</details>` : html`${heading}${body}`}
</section>`;
  });
}

function figureElement(placed: Placed, draw: Draw | undefined): Markup {
  const { id, figure } = placed;
  const { title, caption, y } = figure;
  const picture = draw?.(placed);
  const isLog = String(y.scale === "log");
  return html`
<figure id="${id}"${picture !== undefined && raw(' class="has-drawing"')} aria-labelledby="${id}-title">
<div class="head"><h3 id="${id}-title">${title}</h3><div class="tools"><button type="button" class="reset" hidden>reset zoom</button><button type="button" class="scale" aria-pressed="${isLog}" title="logarithmic scale">log</button></div></div>
<p class="unit">${y.label.toLowerCase() !== title.toLowerCase() && y.label}</p>
<div class="plot" tabindex="0" role="group" aria-label="${title}: curves over ${figure.x.label}; arrow keys move the cursor, Escape resets the zoom"></div>
<div class="legend" aria-label="curves"></div>${
    picture !== undefined &&
    html`
<div class="drawing">${raw(picture)}</div>`
  }
${caption && html`<figcaption>${caption}</figcaption>`}
</figure>`;
}
