/** The settings of what is reported, and of several subjects those in which they differ. */
import { html, type Markup } from "./html.js";
import { letterOf, type Report, type SettingDifferences, type SettingsTable } from "./report.js";

export function settingsSection({ subjects, comparison }: Report): Markup | undefined {
  if (comparison) return differencesSection(comparison.differences);
  const tables = subjects.flatMap(({ settings }) => settings);
  if (tables.length === 0) return undefined;
  return html`
<section aria-labelledby="settings-title">
<h2 id="settings-title">Settings</h2>
<div class="settings">${tables.map(settingsTable)}
</div>
</section>`;
}

function settingsTable({ title, rows }: SettingsTable): Markup {
  return html`
<table><caption>${title}</caption><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table>`;
}

function differencesSection(differences: readonly SettingDifferences[]): Markup {
  return html`
<section aria-labelledby="settings-title">
<h2 id="settings-title">Settings that differ</h2>${differences.map(({ a, b, rows }) =>
    rows.length === 0
      ? html`
<p>${letterOf(a)} and ${letterOf(b)} have the same settings.</p>`
      : html`
<div class="wide"><table class="differences">
<thead><tr><td></td><th scope="col">${letterOf(a)}</th><th scope="col">${letterOf(b)}</th><td></td></tr></thead>
<tbody>${rows.map(
          (row) =>
            html`<tr><th scope="row">${row.name}</th><td>${row.a}</td><td>${row.b}</td><td class="soft">${row.steps.join(", ")}</td></tr>`,
        )}</tbody></table></div>`,
  )}
</section>`;
}
