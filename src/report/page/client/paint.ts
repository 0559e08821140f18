/** How curves and levels are painted on a figure's canvas. */
import type UPlot from "uplot";
import { downsample } from "../../downsample.js";
import type { ChartCurve, ChartFigure } from "./curves.js";
import { theme } from "./theme.js";

export const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

interface Scale {
  readonly min: number;
  readonly max: number;
}

/** Paints the curves that are seen, and levels. */
export function paint(
  u: UPlot,
  { levels }: ChartFigure,
  curves: readonly ChartCurve[],
  log: boolean,
): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = "round";
  for (const { label, value } of levels) level(u, label, value, log);
  // Faint ones lie behind; of others the first are on top, as in the legend.
  const behind = curves.filter(({ style }) => style === "faint");
  const front = curves.filter(({ style }) => style !== "faint");
  for (const each of [...behind, ...front.reverse()]) curve(u, each, log);
  ctx.restore();
}

function level(u: UPlot, label: string, value: number, log: boolean): void {
  const { ctx, bbox } = u;
  if (log && value <= 0) return;
  const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
  ctx.strokeStyle = theme().soft;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  line(ctx, [
    [bbox.left, y],
    [bbox.left + bbox.width, y],
  ]);
  ctx.setLineDash([]);
  ctx.fillStyle = theme().soft;
  ctx.font = font.replace("12px", `${11 * devicePixelRatio}px`);
  ctx.textAlign = "left";
  // Above its line, but for one at the top.
  const isHigh = y - bbox.top < 16 * devicePixelRatio;
  ctx.textBaseline = isHigh ? "top" : "bottom";
  ctx.fillText(label, bbox.left + 6 * devicePixelRatio, y + (isHigh ? 3 : -3) * devicePixelRatio);
}

function curve(u: UPlot, { x, y, style, dash, colour }: ChartCurve, log: boolean): void {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const { min: from, max: to } = u.scales.x as Scale;
  const across = placing(u, "x", false);
  const up = placing(u, "y", log);
  const rows = downsample(x, y, { from, to }, (value) => Math.floor(across(value)));
  ctx.strokeStyle = ctx.fillStyle = colour[theme().dark ? 1 : 0];
  ctx.globalAlpha = style === "faint" ? 0.4 : 1;
  ctx.lineWidth = (style === "faint" ? 1 : 1.75) * ratio;
  ctx.setLineDash(dash.map((length) => length * ratio));
  let run: (readonly [number, number])[] = [];
  const flush = () => {
    if (run.length === 1) dot(ctx, run[0]!, 1.5 * ratio);
    else if (run.length > 1) line(ctx, run);
    run = [];
  };
  for (const i of rows) {
    const value = y[i]!;
    if (!Number.isFinite(value) || (log && value <= 0)) {
      flush();
      continue;
    }
    const point = [across(x[i]!), up(value)] as const;
    if (style === "dots") dot(ctx, point, 2 * ratio);
    else run.push(point);
  }
  flush();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** Places of values on the canvas, as `valToPos` gives them, for many of them. */
function placing(u: UPlot, scale: "x" | "y", log: boolean) {
  const { min: from, max: to } = u.scales[scale] as Scale;
  const [first, last] = [from, to].map((value) => u.valToPos(value, scale, true)) as [
    number,
    number,
  ];
  if (log) {
    const [start, length] = [Math.log(from), Math.log(to / from)];
    return (value: number) => first + ((Math.log(value) - start) / length) * (last - first);
  }
  const slope = (last - first) / (to - from);
  return (value: number) => first + (value - from) * slope;
}

function line(ctx: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.stroke();
}

function dot(
  ctx: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}
