/**
 * A figure on its canvas. uPlot gives axes, the cursor and the selection; curves are drawn here,
 * since each has steps of its own.
 */
import type UPlot from "uplot";
import { envelope, lowerBound, nearestIndex } from "./envelope.js";
import { logarithmicTicks, showTick } from "./numbers.js";
import type { PackedCurve, PackedFigure } from "./payload.js";
import { theme } from "./theme.js";

declare const uPlot: typeof UPlot;

export interface ChartCurve extends Omit<PackedCurve, "x" | "y"> {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The usual distance between its steps. */
  readonly spacing: number;
}

export interface ChartFigure extends Omit<PackedFigure, "curves"> {
  readonly curves: readonly ChartCurve[];
}

type Range = readonly [from: number, to: number];

export interface Chart {
  /** Curves that are seen, as a function of the legend's state. */
  redraw(): void;
  setLog(log: boolean): void;
  setFigure(figure: ChartFigure): void;
  zoom(x: Range | undefined, y?: Range): void;
  /** Moves the cursor by so many steps. */
  move(steps: number): void;
  dispose(): void;
}

export interface ChartEvents {
  isVisible(curve: ChartCurve): boolean;
  /** The cursor is at a step, or nowhere. */
  onStep(step: number | undefined): void;
  onZoom(zoomed: boolean): void;
}

/** Height in CSS pixels. */
const height = 300;
const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export function createChart(
  element: HTMLElement,
  given: ChartFigure,
  group: string,
  { isVisible, onStep, onZoom }: ChartEvents,
): Chart {
  let figure = given;
  let log = figure.y.log;
  let zoomedX: Range | undefined;
  let zoomedY: Range | undefined;
  let plot = build();
  const observer = new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth);
    if (width > 0 && width !== plot.width) plot.setSize({ width, height });
  });
  observer.observe(element);

  function build(): UPlot {
    const made: UPlot = new uPlot(options(), dummy(), element);
    return made;
  }

  function options(): UPlot.Options {
    const axis = {
      stroke: () => theme().soft,
      font,
      grid: { stroke: () => theme().grid, width: 1 },
      ticks: { show: false },
      border: { show: true, stroke: () => theme().rule, width: 1 },
    };
    const ticks = { values: (_: UPlot, splits: number[]) => splits.map(showTick) };
    const logarithmic = {
      splits: (_: UPlot, __: number, min: number, max: number) => logarithmicTicks(min, max),
      filter: (_: UPlot, splits: number[]) => splits,
    };
    return {
      width: Math.max(200, Math.floor(element.clientWidth)),
      height,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, distr: figure.x.log ? 3 : 1, auto: false, range: () => [...xRange()] },
        y: { distr: log ? 3 : 1, auto: false, range: () => [...yRange()] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          ...axis,
          ...ticks,
          ...(figure.x.log && logarithmic),
          label: figure.x.label,
          labelFont: font,
          labelSize: 20,
          size: 26,
          gap: 6,
        },
        {
          ...axis,
          ...ticks,
          ...(log && logarithmic),
          gap: 6,
          size: (_, values) => 18 + 7 * Math.max(2, ...(values ?? []).map((text) => text.length)),
        },
      ],
      cursor: {
        x: true,
        y: false,
        points: { show: false },
        drag: { x: true, y: true, uni: 40, setScale: false },
        sync: { key: `${group} ${figure.x.label}`, scales: ["x", null] },
        bind: {
          dblclick: () => () => {
            zoom(undefined);
            return null;
          },
        },
      },
      hooks: {
        drawClear: [
          (u) => {
            u.ctx.fillStyle = theme().paper;
            u.ctx.fillRect(0, 0, u.ctx.canvas.width, u.ctx.canvas.height);
          },
        ],
        draw: [(u) => paint(u)],
        setCursor: [(u) => moved(u)],
        setSelect: [(u) => selected(u)],
      },
    };
  }

  /** uPlot wants data: two points at the corners. */
  function dummy(): UPlot.AlignedData {
    return [[...xRange()], [...yRange()]];
  }

  function seen(): ChartCurve[] {
    return figure.curves.filter(isVisible);
  }

  function xRange(): Range {
    if (zoomedX) return zoomedX;
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { x } of figure.curves) {
      const first = figure.x.log ? lowerBound(x, Number.MIN_VALUE) : 0;
      if (first >= x.length) continue;
      from = Math.min(from, x[first]!);
      to = Math.max(to, x[x.length - 1]!);
    }
    if (!(from <= to)) return [1, 2];
    return from === to ? [from - 0.5, to + 0.5] : [from, to];
  }

  function yRange(): Range {
    if (zoomedY) return zoomedY;
    const [from, to] = xRange();
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const take = (value: number) => {
      if (!Number.isFinite(value) || (log && value <= 0)) return;
      low = Math.min(low, value);
      high = Math.max(high, value);
    };
    const all = seen();
    const main = all.filter(({ aside }) => !aside);
    for (const { x, y } of main.length > 0 ? main : all) {
      const end = lowerBound(x, to);
      for (let i = lowerBound(x, from); i < x.length && (i < end || x[i] === to); i++) take(y[i]!);
    }
    if (low <= high || all.length === 0) for (const { value } of figure.levels) take(value);
    return padded(low, high, log);
  }

  function zoom(x: Range | undefined, y?: Range): void {
    zoomedX = x;
    zoomedY = y;
    plot.setData(dummy());
    onZoom(x !== undefined || y !== undefined);
  }

  function selected(u: UPlot): void {
    const { left, top, width, height: tall } = u.select;
    if (width <= 0 && tall <= 0) return;
    const x: Range = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
    const y: Range = [u.posToVal(top + tall, "y"), u.posToVal(top, "y")];
    const isWhole = { x: width >= u.over.clientWidth - 1, y: tall >= u.over.clientHeight - 1 };
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    zoom(isWhole.x ? zoomedX : x, isWhole.y ? zoomedY : y);
  }

  function paint(u: UPlot): void {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.lineJoin = "round";
    for (const { label, value } of figure.levels) level(u, label, value);
    const curves = seen();
    // Faint ones lie behind; of others the first are on top, as in the legend.
    const behind = curves.filter(({ style }) => style === "faint");
    const front = curves.filter(({ style }) => style !== "faint");
    for (const each of [...behind, ...front.reverse()]) curve(u, each);
    ctx.restore();
  }

  function level(u: UPlot, label: string, value: number): void {
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

  function curve(u: UPlot, { x, y, style, dash, colour }: ChartCurve): void {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    const [from, to] = xRange();
    const across = placing(u, "x", figure.x.log);
    const up = placing(u, "y", log);
    const indices = envelope(x, y, { from, to, columns: bbox.width }, (value) =>
      Math.floor(across(value)),
    );
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
    for (const i of indices) {
      const value = y[i]!;
      if (!Number.isFinite(value) || (log && value <= 0) || (figure.x.log && x[i]! <= 0)) {
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

  function moved(u: UPlot): void {
    const left = u.cursor.left ?? -1;
    markers(u.over)?.replaceChildren();
    const step = left < 0 ? undefined : nearestStep(u.posToVal(left, "x"));
    onStep(step);
    if (step === undefined) return;
    const place = markers(u.over)!;
    for (const each of seen()) {
      const i = pointAt(each, step);
      const value = i === undefined ? Number.NaN : each.y[i]!;
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      const top = u.valToPos(value, "y");
      if (top < 0 || top > u.over.clientHeight) continue;
      const mark = document.createElement("i");
      mark.style.left = `${u.valToPos(each.x[i!]!, "x")}px`;
      mark.style.top = `${top}px`;
      mark.style.background = each.colour[theme().dark ? 1 : 0];
      place.append(mark);
    }
  }

  /** The step nearest to a value that any curve that is seen has. */
  function nearestStep(value: number): number | undefined {
    let best: number | undefined;
    for (const { x } of seen()) {
      const i = nearestIndex(x, value);
      if (i < 0) continue;
      if (best === undefined || Math.abs(x[i]! - value) < Math.abs(best - value)) best = x[i]!;
    }
    return best;
  }

  return {
    redraw: () => plot.setData(dummy()),
    setLog(to) {
      log = to;
      zoomedY = undefined;
      plot.destroy();
      plot = build();
    },
    setFigure(to) {
      figure = to;
      plot.setData(dummy());
    },
    zoom,
    move(steps) {
      const [from, to] = xRange();
      const left = plot.cursor.left ?? -1;
      const at = left < 0 ? from : nearestStep(plot.posToVal(left, "x"));
      const spacing = Math.min(...seen().map((each) => each.spacing));
      if (at === undefined || !Number.isFinite(spacing)) return;
      const next = Math.min(to, Math.max(from, at + (left < 0 ? 0 : steps * spacing)));
      plot.setCursor({ left: plot.valToPos(next, "x"), top: plot.over.clientHeight / 2 });
    },
    dispose() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** Places of values on the canvas, as `valToPos` gives them, for many of them. */
function placing(u: UPlot, scale: "x" | "y", log: boolean) {
  const { min: from, max: to } = u.scales[scale] as { min: number; max: number };
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

/** The index of a curve's point at a step, if it has one there. */
export function pointAt({ x, spacing }: ChartCurve, step: number): number | undefined {
  const i = nearestIndex(x, step);
  return i >= 0 && Math.abs(x[i]! - step) <= spacing / 2 ? i : undefined;
}

function padded(low: number, high: number, log: boolean): Range {
  if (!(low <= high)) return log ? [0.1, 10] : [0, 1];
  if (log) {
    const margin = Math.max(1.05, (high / low) ** 0.04);
    return [low / margin, high * margin];
  }
  const margin = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - margin, high + margin];
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

/** Where the marks of the cursor's step go. */
function markers(over: HTMLElement): Element | undefined {
  const found = over.querySelector(":scope > .marks");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "marks";
  over.append(made);
  return made;
}
