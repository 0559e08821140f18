/** How the page looks: light or dark as its reader has it, and black on white on paper. */

export const style = `
:root {
  --paper-light: #ffffff; --paper-dark: #15171a;
  --soft-light: #5f6670; --soft-dark: #a2a9b3;
  --rule-light: #b9bfc7; --rule-dark: #4a5059;
  --grid-light: #eceef1; --grid-dark: #262a30;
  --paper: var(--paper-light); --soft: var(--soft-light); --rule: var(--rule-light); --grid: var(--grid-light);
  --ink: #1b1e23; --card: #f6f7f9; --accent: #0063a0;
  --good: #00694c; --good-back: #dff3ec; --bad: #a3261c; --bad-back: #fbe6e3;
  --warn-back: #fdf3d6; --warn-ink: #6b4e00;
  color-scheme: light;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: var(--paper-dark); --soft: var(--soft-dark); --rule: var(--rule-dark); --grid: var(--grid-dark);
    --ink: #e6e8eb; --card: #1d2025; --accent: #6dbdf0;
    --good: #5fd3ab; --good-back: #14322a; --bad: #ff9d90; --bad-back: #3d1c18;
    --warn-back: #37300f; --warn-ink: #f0d489;
    color-scheme: dark;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1240px; margin: 0 auto; padding: 28px 28px 64px; }
h1 { font-size: 28px; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 20px; line-height: 1.3; font-weight: 650; margin: 44px 0 14px; overflow-wrap: anywhere; }
h2 small { font-size: 14px; font-weight: 400; color: var(--soft); margin-left: 12px; }
h3 { font-size: 15px; font-weight: 650; margin: 0; }
p { margin: 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.made, .soft { color: var(--soft); }
.made { font-size: 14px; }
.intro { margin-top: 10px; max-width: 76ch; }
.lacking { margin-top: 14px; padding: 10px 14px; border-radius: 8px; background: var(--warn-back); color: var(--warn-ink); }
.lacking code { font-size: 13px; }
.live { float: right; font-size: 13px; color: var(--good); }
.live::before { content: "● "; }
.subjects { margin: 12px 0 0; display: grid; gap: 10px; }
.subjects > div { display: flex; gap: 12px; }
.subjects dt { font-weight: 700; width: 28px; height: 28px; border-radius: 8px; background: var(--card); text-align: center; line-height: 28px; flex: none; }
.subjects dd { margin: 0; overflow-wrap: anywhere; }

.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 520px), 1fr)); gap: 28px 32px; align-items: start; }
figure { margin: 0; min-width: 0; }
figure .head { display: flex; justify-content: space-between; align-items: center; gap: 12px; min-height: 28px; }
.tools { display: flex; gap: 6px; flex: none; visibility: hidden; }
.scripted .tools { visibility: visible; }
.unit { position: relative; z-index: 1; font-size: 12px; line-height: 18px; min-height: 18px; color: var(--soft); }
.plot { margin-top: -4px; position: relative; z-index: 0; border-radius: 4px; min-height: 40px; }
.scripted .plot { min-height: 300px; }
.plot:focus-visible, button:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figcaption { margin-top: 8px; font-size: 13.5px; color: var(--soft); max-width: 68ch; }
.marks { position: absolute; inset: 0; pointer-events: none; }
.marks i { position: absolute; width: 8px; height: 8px; margin: -4px 0 0 -4px; border-radius: 50%; box-shadow: 0 0 0 1.5px var(--paper); }
.uplot .u-select { background: color-mix(in srgb, var(--accent) 16%, transparent); }
.uplot.u-hz .u-cursor-x { border-right: 1px solid var(--rule); }

button {
  font: inherit; font-size: 13px; line-height: 1.3; color: var(--ink); background: none; cursor: pointer;
  border: 1px solid transparent; border-radius: 6px; padding: 3px 7px; text-align: left;
}
button:hover { background: var(--card); }
.tools button { border-color: var(--grid); color: var(--soft); }
.tools [aria-pressed="true"] { background: var(--card); border-color: var(--rule); color: var(--ink); }
.legend { position: relative; margin-top: 2px; }
.legend output { font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.legend:not(.family) output { display: block; min-height: 18px; padding-left: 7px; }
.legend table, .legend tbody { border-collapse: collapse; }
.legend:not(.family) tbody { display: flex; flex-wrap: wrap; gap: 0 10px; }
.legend:not(.family) tr { display: flex; align-items: baseline; }
.legend th { font-weight: 400; text-align: left; padding: 0; vertical-align: baseline; }
.legend td { font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; padding: 0 6px 0 0; }
.legend.family { overflow-x: auto; }
.legend.long { max-height: 240px; overflow-y: auto; }
.legend.long thead :is(td, th) { position: sticky; top: 0; background: var(--paper); z-index: 1; }
.legend.family tbody button { white-space: nowrap; }
.legend.long tbody button { padding-block: 1px; }
.legend.family td { min-width: 10ch; padding: 0 7px; }
.legend [aria-pressed="false"] { color: var(--soft); text-decoration: line-through; }
.legend [aria-pressed="false"] svg { opacity: 0.25; }
.legend svg { width: 22px; height: 10px; margin-right: 6px; vertical-align: 0; color: var(--on-light); }
.legend svg path { fill: none; stroke: currentColor; stroke-width: 2.25; }
.legend svg circle { fill: currentColor; }
.legend svg.faint path { stroke-width: 1; opacity: 0.7; }
@media (prefers-color-scheme: dark) { .legend svg { color: var(--on-dark); } }
.drawing svg { max-width: 100%; height: auto; }
.scripted .drawing { display: none; }
html:not(.scripted) .folded { display: none; }

table { border-collapse: collapse; font-size: 14px; }
.wide { overflow-x: auto; }
.claims, .differences { width: 100%; }
.finals { min-width: min(100%, 640px); }
.claims th, .claims td, .finals th, .finals td, .differences th, .differences td {
  padding: 7px 14px 7px 0; text-align: left; vertical-align: top; font-weight: 400; border-top: 1px solid var(--grid);
}
thead th, thead td { border-top: 0 !important; color: var(--soft); font-size: 13px; }
.claims tbody th code { display: block; font-size: 12px; color: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; }
.claims td, .claims thead th { white-space: nowrap; }
.number { text-align: right !important; font-variant-numeric: tabular-nums; }
td.none { color: var(--soft); }
.verdict { display: inline-block; padding: 1px 9px; border-radius: 999px; font-size: 13px; font-weight: 600; }
.verdict.holds { color: var(--good); background: var(--good-back); }
.verdict.fails { color: var(--bad); background: var(--bad-back); }
.verdict.open { color: var(--soft); background: var(--card); }
section > h3, section details > h3, .figures + h3 { margin: 26px 0 4px; }

.plan { overflow-x: auto; }
.plan svg { display: block; max-width: 100%; height: auto; min-width: min(560px, 100%); }
.settings { columns: 2 420px; column-gap: 40px; }
.settings table { width: 100%; break-inside: avoid; margin-bottom: 20px; }
.settings caption { text-align: left; font-weight: 600; padding: 0 0 4px; overflow-wrap: anywhere; }
.settings th { text-align: left; font-weight: 400; color: var(--soft); padding: 3px 16px 3px 0; vertical-align: top; white-space: nowrap; border-top: 1px solid var(--grid); }
.settings td { padding: 3px 0; border-top: 1px solid var(--grid); overflow-wrap: anywhere; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12.5px; line-height: 1.6; }
summary { cursor: pointer; }
summary h2 { display: inline-block; font-size: 16px; margin: 8px 0; }
details > .figures { padding-top: 10px; }
pre { margin: 8px 0 0; padding: 16px 18px; overflow-x: auto; border-radius: 8px; background: var(--card); font-size: 13px; line-height: 1.55; tab-size: 2; }

@media (max-width: 640px) {
  main { padding: 18px 16px 48px; }
  h1 { font-size: 23px; }
  h2 { margin-top: 34px; }
  h2 small { display: block; margin: 2px 0 0; }
  .claims.one thead { display: none; }
  .claims.one tr { display: grid; grid-template-columns: auto 1fr auto; border-top: 1px solid var(--grid); padding: 6px 0; }
  .claims.one th { grid-column: 1 / -1; }
  .claims.one th, .claims.one td { border: 0; padding: 2px 12px 2px 0; }
}
@media print {
  :root {
    --paper: #fff; --soft: #555; --rule: #999; --grid: #ddd; --ink: #000; --card: #fff; --accent: #000;
    --good: #000; --good-back: #fff; --bad: #000; --bad-back: #fff; --warn-back: #fff; --warn-ink: #000;
    color-scheme: light;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .tools, .live, .legend output, .u-cursor-x, .marks { display: none !important; }
  .figures { grid-template-columns: 1fr 1fr; gap: 16px; }
  figure, .claims tr, .settings table { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .plot { overflow: hidden; min-height: 0 !important; }
  .legend svg { color: var(--on-light) !important; }
  .uplot, .u-wrap { width: 100% !important; height: auto !important; }
  .u-wrap canvas { width: 100% !important; height: auto !important; }
  pre { white-space: pre-wrap; border: 1px solid #ddd; }
  .lacking { border: 1px solid #999; }
  .scripted .has-drawing .drawing { display: block; }
  .has-drawing .plot, .has-drawing .legend, .has-drawing .unit { position: relative; z-index: 1; display: none; }
}
`;
