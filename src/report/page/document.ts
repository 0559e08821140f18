/** A report as one HTML document, which asks for nothing outside of itself. */
import { type Assets, scriptHash } from "./assets.js";
import { claimsSection } from "./claims.js";
import { type Draw, flowSections, sectionsOf } from "./flows.js";
import { pageHead } from "./head.js";
import { html, raw } from "./html.js";
import { columnsFor, pack } from "./pack.js";
import { planSection } from "./plan.js";
import type { Report } from "./report.js";
import { settingsSection } from "./settings.js";
import { sourceSection } from "./source.js";
import { style } from "./style.js";

export interface PageOptions {
  readonly assets: Assets;
  readonly draw?: Draw;
  /** Where values arrive from while a run goes on. */
  readonly live?: string;
  /** As `pack` takes them. */
  readonly columns?: number | undefined;
}

export function reportPage(report: Report, { assets, draw, live, columns }: PageOptions): string {
  const sections = sectionsOf(report);
  const scripts = assets.scripts.map(inScript);
  const families = sections.flatMap((section) => section.families);
  const fewer = columnsFor(families);
  const payload = pack(families, columns ?? fewer);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(scriptHash).join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    ...(live === undefined ? [] : ["connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = html`<!doctype html>
<html lang="en"${live !== undefined && html` data-live="${live}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="cflow">
<title>${report.title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${raw(assets.style)}
${raw(style)}</style>
</head>
<body>
<main>
${pageHead(report, { isLive: live !== undefined, columns: fewer })}
${claimsSection(report)}${flowSections(sections, draw)}${planSection(report)}${settingsSection(report)}${sourceSection(report)}
</main>
<script type="application/json" id="payload">${raw(JSON.stringify(payload).replaceAll("<", "\\u003c"))}</script>
${scripts.map((script) => html`<script>${raw(script)}</script>\n`)}</body>
</html>
`;
  return page.markup;
}

/** Text that does not end the script it stands in, with the same meaning. */
function inScript(text: string): string {
  return text.replaceAll(/<(?=\/script|!--|script)/gi, "\\u003c");
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 13C5 13 5 4 8 4s2 6 7 6" fill="none" stroke="#0072b2" stroke-width="2.5" stroke-linecap="round"/></svg>';
