/**
 * A figure on its canvas. uPlot gives axes, the cursor and the selection; curves are drawn here,
 * since each has steps of its own.
 */
import type UPlot from "uplot";
import { firstAtLeast, nearestIndex } from "../../ascending.js";
import { axisLabels, axisTicks } from "../../axis.js";
import { type ChartCurve, type ChartFigure, pointAt } from "./curves.js";
import { font, paint } from "./paint.js";
import { theme } from "./theme.js";

declare const uPlot: typeof UPlot;

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
    const ticks = (isLog: boolean, spacing: number) => {
      const scale = isLog ? "log" : "linear";
      return {
        splits: (u: UPlot, axis: number, from: number, to: number) => {
          const length = axis === 0 ? u.width : u.height;
          return axisTicks(scale, { from, to }, Math.max(2, Math.floor(length / spacing)));
        },
        filter: (_: UPlot, splits: number[]) => splits,
        values: (_: UPlot, splits: number[]) => axisLabels(scale, splits),
      };
    };
    return {
      width: Math.max(200, Math.floor(element.clientWidth)),
      height,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => [...xRange()] },
        y: { distr: log ? 3 : 1, auto: false, range: () => [...yRange()] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          ...axis,
          ...ticks(false, 80),
          label: figure.x.label,
          labelFont: font,
          labelSize: 20,
          size: 26,
          gap: 6,
        },
        {
          ...axis,
          ...ticks(log, 50),
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
        draw: [(u) => paint(u, figure, seen(), log)],
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
      if (x.length === 0) continue;
      from = Math.min(from, x[0]!);
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
      const end = firstAtLeast(x, to);
      for (let i = firstAtLeast(x, from); i < x.length && (i < end || x[i] === to); i++)
        take(y[i]!);
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

function padded(low: number, high: number, log: boolean): Range {
  if (!(low <= high)) return log ? [0.1, 10] : [0, 1];
  if (log) {
    const margin = Math.max(1.05, (high / low) ** 0.04);
    return [low / margin, high * margin];
  }
  const margin = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - margin, high + margin];
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
