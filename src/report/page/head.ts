/** The top of the page: what it is of, when and with what that was made, and what is lacking. */
import { html, type Markup } from "./html.js";
import { letterOf, type Made, type Report, type Subject } from "./report.js";

export interface HeadOptions {
  readonly isLive: boolean;
  /** Of pixels, for which rows of curves are chosen, where all would be too many. */
  readonly columns: number | undefined;
}

export function pageHead({ title, subjects }: Report, { isLive, columns }: HeadOptions): Markup {
  const several = subjects.length > 1;
  return html`<header>
<h1>${title}</h1>${
    isLive &&
    html`
<p class="live"><output id="live">connecting</output></p>`
  }
${
  several
    ? html`<dl class="subjects">${subjects.map(
        (subject, i) =>
          html`<div><dt>${letterOf(i)}</dt><dd>${subject.name}<p class="made">${madeLine(subject.made)}</p></dd></div>`,
      )}</dl>`
    : html`<p class="made">${madeLine(subjects[0]!.made)}</p>${subjects[0]!.intro.map(
        (each) => html`
<p class="intro">${each}</p>`,
      )}`
}${subjects.map((subject, i) => lackingNote(subject, several ? letterOf(i) : ""))}${
  columns !== undefined &&
  html`
<p class="made" role="note">Of each curve there are the least and the largest value in each of ${columns} parts of its course; <code>cflow export</code> has all.</p>`
}
</header>`;
}

function madeLine({ from, to, versions, commit, run }: Made): string {
  const end =
    to !== undefined && to.slice(0, 10) === from?.slice(0, 10) ? to.slice(11, 16) : date(to);
  const span = date(from) === date(to) ? date(from) : `${date(from)}–${end}`;
  const when = from === undefined ? "nothing is kept yet" : `results of ${span} UTC`;
  return [
    when,
    ...versions,
    ...(run === undefined ? [] : [`run ${run}`]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 10)}`]),
  ].join(" · ");
}

function date(iso: string | undefined): string {
  return iso === undefined ? "" : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

function lackingNote({ lacking, command }: Subject, letter: string): Markup | undefined {
  if (lacking.length === 0) return undefined;
  return html`
<p class="lacking" role="note">${letter && `${letter}: `}No results of ${lacking.join(", ")}.${
    command !== undefined && html` <code>${command}</code> computes them.`
  }</p>`;
}
