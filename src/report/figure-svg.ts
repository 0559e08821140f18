/**
 * A figure as SVG for pages and papers, on white: Observable Plot draws the frame and the curves,
 * and a legend stands above them. The same figure gives the same bytes.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { axisLabels, axisTicks } from "./axis.js";
import { columnsOf, downsample } from "./downsample.js";
import { type Axis, type Curve, colours, type Figure } from "./figure.js";
import { type Range, xRange, yRange } from "./range.js";
import { shade } from "./shades.js";
import { type Point, within } from "./within.js";

export interface PictureSize {
  /** In pixels; text is 12 of them high. */
  readonly width: number;
  readonly height: number;
}

/** Found by browsers where it is installed; `figure-png.ts` brings its own. */
export const fontFamily = "Source Sans 3";
const fonts = `${fontFamily}, Segoe UI, Helvetica Neue, Arial, sans-serif`;

const ink = "#222";
const paper = "#fff";
const margins = { left: 56, right: 16, bottom: 40 };
/** From one line of the legend to the next. */
const lineHeight = 18;
const titleHeight = 26;
const columnsPerPixel = 2;
/** Curves beyond which a picture would be large: then each has fewer columns. */
const fewCurves = 20;

export function figureSvg(
  figure: Figure,
  { width, height }: PictureSize = { width: 640, height: 400 },
): string {
  const { document } = parseHTML("<!doctype html><html></html>");
  const colourOf = colouring(figure.curves);
  const legend = legendOf(figure.curves, width - margins.left - margins.right);
  const marginTop = titleHeight + lineHeight * (1 + (legend.at(-1)?.line ?? 0)) + 30;
  const [x, y] = [xRange(figure), yRange(figure)];
  const frame = { x, y: shown(figure.y.scale, y) };
  const yTicks = axisTicks(figure.y.scale, y, Math.max(3, Math.floor((height - marginTop) / 50)));
  const xTicks = axisTicks("linear", x, Math.max(2, Math.floor(width / 80)));
  const columns = columnsPerPixel * width * Math.min(1, fewCurves / figure.curves.length);
  const yLabels = axisLabels(figure.y.scale, yTicks);
  const svg = Plot.plot({
    document,
    width,
    height,
    ...{ marginTop, marginLeft: margins.left, marginRight: margins.right },
    marginBottom: margins.bottom,
    x: { type: "linear", domain: [x.from, x.to] },
    y: { type: figure.y.scale, domain: [y.from, y.to], axis: null },
    marks: [
      Plot.gridY(yTicks, { stroke: ink, strokeOpacity: 0.1 }),
      Plot.axisX(xTicks, {
        label: null,
        tickFormat: (tick: number) => tick.toLocaleString("en-US"),
      }),
      // Plot's own axis leaves out labels on logarithmic scales.
      Plot.text(yTicks, {
        ...{ x: x.from, y: (tick: number) => tick, text: (_: number, i: number) => yLabels[i] },
        ...{ textAnchor: "end", dx: -8, fill: ink },
      }),
      Plot.ruleY([y.from], { stroke: ink, strokeOpacity: 0.6 }),
      ...figure.levels.map(({ value }) =>
        Plot.ruleY([value], { stroke: ink, strokeWidth: 0.9, strokeDasharray: "1 3" }),
      ),
      ...[...figure.curves]
        .sort((a, b) => layerOf(a) - layerOf(b))
        .map((curve) => markOf(curve, colourOf(curve), frame, columns)),
      ...figure.levels.map(({ label, value }) =>
        Plot.text([label], {
          x: x.from,
          y: value,
          ...{ textAnchor: "start", dx: 5 },
          ...(isNearTop(value, y)
            ? { lineAnchor: "top", dy: 4 }
            : { lineAnchor: "bottom", dy: -3 }),
          ...{ fill: ink, stroke: paper, strokeWidth: 3, fontStyle: "italic" },
        }),
      ),
    ],
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${fonts}" font-size="12" fill="${ink}" color="${ink}">`,
    `<title>${escaped(figure.title)}</title>`,
    ...(figure.caption === "" ? [] : [`<desc>${escaped(figure.caption)}</desc>`]),
    `<rect width="${width}" height="${height}" fill="${paper}"/>`,
    ...headOf(figure.title, legend, colourOf),
    `<text x="${margins.left}" y="${marginTop - 9}" fill-opacity="0.7">${escaped(figure.y.label)}</text>`,
    `<text x="${width - margins.right}" y="${height - 8}" fill-opacity="0.7" text-anchor="end">${escaped(figure.x.label)}</text>`,
    `<g text-anchor="middle">${tidied(svg.innerHTML as string)}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

/** What Plot drew, without styles for pages, and with numbers as exact as can be seen. */
function tidied(drawn: string): string {
  return drawn
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/="[^"]*"/g, (value) =>
      value.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
    )
    .replace(/<\/g>(?=<g)/g, "</g>\n");
}

function isNearTop(value: number, { from, to }: Range): boolean {
  return value > to - 0.1 * (to - from);
}

/** What is faint, or leaves the picture, lies behind, and what all is compared with in front. */
function layerOf({ style, role, aside }: Curve): number {
  if (style === "faint" || aside) return 0;
  return role === "central" ? 2 : 1;
}

function markOf(curve: Curve, stroke: string, { x, y }: Frame, columns: number) {
  const rows = downsample(curve.x, curve.y, x, columnsOf(x, columns));
  // What is not finite, or null, is a gap, as is what has no logarithm.
  const line = rows.map((row): Point => [curve.x[row]!, y.up(curve.y[row] ?? Number.NaN)]);
  const points = within(line, { from: y.up(y.range.from), to: y.up(y.range.to) });
  const place = { x: ([across]: Point) => across, y: ([, high]: Point) => y.down(high) };
  if (curve.style === "dots") return Plot.dot(points, { ...place, r: 1.5, fill: stroke });
  return Plot.line(points, { ...place, stroke, strokeLinecap: "round", ...strokeOf(curve.style) });
}

/** Of a role, in as many shades as there are members. */
function colouring(curves: readonly Curve[]): (curve: Curve) => string {
  const members = 1 + Math.max(0, ...curves.map(({ member = 0 }) => member));
  return ({ role, member = 0 }) => shade(colours[role], member, members)[0];
}

/** An axis with what it shows, and the way to a scale on which lines are straight, and back. */
interface Shown {
  readonly range: Range;
  up(value: number): number;
  down(value: number): number;
}

interface Frame {
  readonly x: Range;
  readonly y: Shown;
}

function shown(scale: Axis["scale"], range: Range): Shown {
  return scale === "log"
    ? { range, up: Math.log10, down: (value) => 10 ** value }
    : { range, up: (value) => value, down: (value) => value };
}

interface Stroke {
  readonly strokeWidth: number;
  readonly strokeOpacity?: number;
  readonly strokeDasharray?: string;
}

function strokeOf(style: Curve["style"]): Stroke {
  if (style === "faint") return { strokeWidth: 1, strokeOpacity: 0.4 };
  if (style === "dashed") return { strokeWidth: 1.5, strokeDasharray: "5 4" };
  return { strokeWidth: 1.6 };
}

interface LegendEntry {
  readonly curve: Curve;
  readonly x: number;
  readonly line: number;
}

const swatch = 22;

/** One entry a label, in lines that are not wider than the picture with any font. */
function legendOf(curves: readonly Curve[], width: number): LegendEntry[] {
  const entries: LegendEntry[] = [];
  let [x, line] = [0, 0];
  for (const curve of curves) {
    if (entries.some((entry) => entry.curve.label === curve.label)) continue;
    const taken = swatch + 6 + textWidth(curve.label);
    if (x > 0 && x + taken > width) [x, line] = [0, line + 1];
    entries.push({ curve, x, line });
    x += taken + 14;
  }
  return entries;
}

/** In pixels: what a wide font takes on average. */
function textWidth(text: string): number {
  return Math.ceil(6.1 * text.length);
}

/** Title and legend, above the frame. */
function headOf(
  title: string,
  legend: readonly LegendEntry[],
  colourOf: (curve: Curve) => string,
): string[] {
  return [
    `<text x="${margins.left}" y="20" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...legend.map(({ curve, x, line }) => {
      const left = margins.left + x;
      const middle = titleHeight + lineHeight * (line + 0.5);
      const label = `<text x="${left + swatch + 6}" y="${middle}" dy="0.32em">${escaped(curve.label)}</text>`;
      return swatchOf(curve, colourOf(curve), left, middle) + label;
    }),
  ];
}

function swatchOf({ style }: Curve, stroke: string, left: number, middle: number): string {
  if (style === "dots") {
    return `<circle cx="${left + swatch / 2}" cy="${middle}" r="2" fill="${stroke}"/>`;
  }
  const { strokeWidth, strokeDasharray, strokeOpacity } = strokeOf(style);
  const dashes = strokeDasharray ? ` stroke-dasharray="${strokeDasharray}"` : "";
  const opacity = strokeOpacity ? ` stroke-opacity="${strokeOpacity}"` : "";
  return `<path d="M${left},${middle}h${swatch}" stroke="${stroke}" stroke-width="${strokeWidth + 0.4}"${dashes}${opacity}/>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
