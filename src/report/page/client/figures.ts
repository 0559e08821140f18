/** All figures of the page: made from the payload, once they can be seen. */
import { type Chart, createChart } from "./chart.js";
import type { ChartFigure } from "./curves.js";
import { createLegend, type Legend } from "./legend.js";
import type { PackedFigure, Payload } from "./payload.js";
import { onTheme } from "./theme.js";
import { unpack } from "./unpack.js";

interface Shown {
  chart?: Chart;
  legend?: Legend;
  figure: ChartFigure;
}

const shown = new Map<string, Shown>();

/** Shows figures, or what they have become. */
export function showFigures(payload: Payload): void {
  const series = payload.series.map(unpack);
  for (const packed of payload.figures) {
    const figure = chartFigure(packed, series);
    const known = shown.get(packed.id);
    if (known) {
      known.figure = figure;
      known.legend?.setFigure(figure);
      known.chart?.setFigure(figure);
    } else shown.set(packed.id, { figure });
  }
  openFigures();
}

/** Makes those that lie open. */
export function openFigures(): void {
  for (const [id, each] of shown) {
    const element = document.getElementById(id);
    if (element && !each.chart && element.clientWidth > 0) open(element, each);
  }
}

export function redrawOnTheme(): void {
  onTheme(() => {
    for (const { chart } of shown.values()) chart?.redraw();
  });
}

function chartFigure({ curves, ...more }: PackedFigure, series: readonly Float64Array[]) {
  return {
    ...more,
    curves: curves.map(({ x, y, ...curve }) => {
      const steps = series[x]!;
      return { ...curve, x: steps, y: series[y]!, spacing: spacingOf(steps) };
    }),
  };
}

/** The median distance; of curves of one point, any. */
function spacingOf(x: Float64Array): number {
  if (x.length < 2) return 1;
  const distances = x
    .subarray(1)
    .map((value, i) => value - x[i]!)
    .filter((each) => each > 0);
  return distances.sort()[distances.length >> 1] ?? 1;
}

function open(element: HTMLElement, each: Shown): void {
  const { figure } = each;
  const plot = element.querySelector<HTMLElement>(".plot")!;
  const [scale, reset] = [".scale", ".reset"].map(
    (name) => element.querySelector<HTMLButtonElement>(name)!,
  );
  const legend = createLegend(element.querySelector<HTMLElement>(".legend")!, figure, () =>
    each.chart?.redraw(),
  );
  const group = element.closest("section")?.id ?? "";
  const chart = createChart(plot, figure, group, {
    isVisible: legend.isVisible,
    onStep: legend.setStep,
    onZoom: (zoomed) => {
      reset!.hidden = !zoomed;
    },
  });
  each.chart = chart;
  each.legend = legend;
  let log = figure.y.log;
  scale!.addEventListener("click", () => {
    log = !log;
    scale!.setAttribute("aria-pressed", String(log));
    chart.setLog(log);
  });
  reset!.addEventListener("click", () => chart.zoom(undefined));
  plot.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (steps !== undefined) chart.move(steps * (event.shiftKey ? 10 : 1));
    else if (event.key === "Escape") chart.zoom(undefined);
    else return;
    event.preventDefault();
  });
}
