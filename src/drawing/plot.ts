/**
 * Curves in a terminal: Unicode's Braille patterns are cells of 2 × 4 dots, which makes a line of
 * text four dots high (https://www.unicode.org/charts/PDF/U2800.pdf).
 */
import { linearTicks, logTicks, tickLabels } from "./ticks.js";

export interface Plotted {
  readonly name: string;
  /** Whole numbers, ascending. */
  readonly x: readonly number[];
  /** One or more curves; what is null or not finite is left out, and the line with it. */
  readonly curves: readonly (readonly (number | null)[])[];
  readonly paint: (text: string) => string;
}

export interface PlotOptions {
  /** Columns of text to fill. */
  readonly width: number;
  /** Lines of text for the curves. Default 16. */
  readonly height?: number;
  /** Whether y is on a logarithmic scale, on which only positive values can be drawn. */
  readonly log?: boolean;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Lines of text: a legend, the curves beside their axis, and the axis of steps. */
export function plot(plotted: readonly Plotted[], options: PlotOptions): string[] {
  const { width, height = 16, log = false } = options;
  const scaled = log ? Math.log10 : (value: number) => value;
  const drawable = (value: number | null): value is number =>
    value !== null && Number.isFinite(value) && (!log || value > 0);
  const values = plotted.flatMap(({ curves }) => curves.flatMap((curve) => curve.filter(drawable)));
  if (values.length === 0) return [`no ${log ? "positive" : "finite"} value to draw`];

  const spread = rangeOf(values);
  const y = widened(spread, log);
  const x = rangeOf(plotted.flatMap((each) => [...each.x]));
  const most = Math.max(3, Math.floor(height / 3));
  const ticks = isFlat(spread) ? [spread.from] : (log ? logTicks : linearTicks)(y.from, y.to, most);
  const labels = tickLabels(ticks);
  const gutter = Math.max("step".length, ...labels.map((label) => label.length));
  const up = (value: number) =>
    place(scaled(value), { from: scaled(y.from), to: scaled(y.to) }, 4 * height);

  // Where several are drawn, a letter stands beside the end of each.
  const marks = plotted.length > 1 ? plotted.map((_, i) => markOf(i)) : [];
  const beside = Array.from({ length: height }, () => [] as string[]);
  for (const [i, mark] of marks.entries()) {
    const end = plotted[i]!.curves[0]?.findLast(drawable);
    if (end !== undefined) beside[lineOf(up(end), height)]!.push(plotted[i]!.paint(mark));
  }
  const margin = marks.length > 0 ? 1 + Math.max(...beside.map((each) => each.length)) : 0;

  const columns = Math.max(4, width - gutter - 2 - margin);
  const canvas = new Canvas(columns, height);
  const across = (value: number) => place(value, x, 2 * columns);
  for (const [i, each] of plotted.entries()) {
    for (const curve of each.curves) {
      let before: [number, number] | undefined;
      for (const [row, value] of curve.entries()) {
        const dot: [number, number] | undefined = drawable(value)
          ? [across(each.x[row]!), up(value)]
          : undefined;
        if (dot) canvas.line(before ?? dot, dot, i);
        before = dot;
      }
    }
  }

  const labelAt = new Map(ticks.map((tick, i) => [lineOf(up(tick), height), labels[i]!]));
  const lines = Array.from({ length: height }, (_, line) => {
    const label = labelAt.get(line);
    const axis = `${(label ?? "").padStart(gutter)} ${label === undefined ? "│" : "┤"}`;
    const { used, text } = canvas.text(line, (i, text) => plotted[i]!.paint(text));
    const marked = beside[line]!.length > 0;
    const end = marked ? `${" ".repeat(columns - used + 1)}${beside[line]!.join("")}` : "";
    return `${axis}${text}${end}`;
  });
  const legend = plotted.map(({ name, paint }, i) =>
    marks.length > 0 ? paint(`${marks[i]} ${name}`) : name,
  );
  return [...legend, ...lines, ...stepAxis(x, columns, gutter, (step) => across(step) >> 1)];
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const markOf = (i: number) => letters[i % letters.length]!;

function rangeOf(values: readonly number[]): Range {
  let [from, to] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < from) from = value;
    if (value > to) to = value;
  }
  return { from, to };
}

/** A constant, or what differs by less than labels can tell. */
function isFlat({ from, to }: Range): boolean {
  return to / 2 - from / 2 <= 1e-9 * Math.max(Math.abs(from), Math.abs(to));
}

/** What is flat lies in the middle. */
function widened(range: Range, log: boolean): Range {
  if (!isFlat(range)) return range;
  const { from, to } = range;
  if (log) return { from: from / 2, to: to * 2 };
  const margin = from === 0 ? 1 : Math.abs(from) / 2;
  return { from: from - margin, to: to + margin };
}

/** The dot of a value, among `dots` of a range. */
function place(value: number, { from, to }: Range, dots: number): number {
  // Halves, since the range of float64 itself would overflow.
  const share = to > from ? (value / 2 - from / 2) / (to / 2 - from / 2) : 0;
  return Math.round(share * (dots - 1));
}

/** The line of text, from the top, of a dot from the bottom. */
const lineOf = (dot: number, height: number) => height - 1 - (dot >> 2);

function stepAxis(
  x: Range,
  columns: number,
  gutter: number,
  columnOf: (step: number) => number,
): string[] {
  const wide = String(x.to).length + 2;
  const most = Math.max(2, Math.min(8, Math.floor(columns / wide)));
  const ticks = linearTicks(x.from, x.to, most).filter(Number.isInteger);
  const axis = Array.from({ length: columns }, () => "─");
  let below = "";
  for (const tick of ticks) {
    const label = String(tick);
    const start = Math.max(0, columnOf(tick) - Math.floor((label.length - 1) / 2));
    const fits = start + label.length <= columns || columns < label.length;
    const at = fits ? start : columns - label.length;
    if (below !== "" && at < below.length + 1) continue;
    axis[columnOf(tick)] = "┬";
    below = below.padEnd(at) + label;
  }
  return [
    `${" ".repeat(gutter + 1)}└${axis.join("")}`,
    `${"step".padStart(gutter)}  ${below}`.trimEnd(),
  ];
}

/** Bits of Braille dots by column and by row from the bottom. */
const bits = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const;

/** Dots, and whose the last one in each cell was. */
class Canvas {
  private readonly dots: Uint8Array;
  private readonly owners: Uint16Array;

  constructor(
    private readonly columns: number,
    private readonly height: number,
  ) {
    this.dots = new Uint8Array(columns * height);
    this.owners = new Uint16Array(columns * height);
  }

  /** Bresenham's line, both ends included. */
  line([x, y]: [number, number], [toX, toY]: [number, number], owner: number): void {
    const [dx, dy] = [Math.abs(toX - x), -Math.abs(toY - y)];
    const [stepX, stepY] = [Math.sign(toX - x), Math.sign(toY - y)];
    for (let error = dx + dy; ; ) {
      const cell = lineOf(y, this.height) * this.columns + (x >> 1);
      this.dots[cell]! |= bits[(x & 1) as 0 | 1][(y & 3) as 0 | 1 | 2 | 3];
      this.owners[cell] = owner;
      if (x === toX && y === toY) return;
      const twice = 2 * error;
      if (twice >= dy) {
        error += dy;
        x += stepX;
      }
      if (twice <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }

  /** A line of text up to its last dot, its pieces painted as their owners are. */
  text(line: number, paint: (owner: number, text: string) => string) {
    const start = line * this.columns;
    const dots = this.dots.subarray(start, start + this.columns);
    const used = dots.findLastIndex((each) => each !== 0) + 1;
    let [text, piece, owner] = ["", "", 0];
    for (let column = 0; column < used; column++) {
      const own = this.owners[start + column]!;
      if (dots[column] !== 0 && own !== owner) {
        if (piece !== "") text += paint(owner, piece);
        piece = "";
        owner = own;
      }
      piece += dots[column] === 0 ? " " : String.fromCharCode(0x2800 + dots[column]!);
    }
    return { used, text: piece === "" ? text : text + paint(owner, piece) };
  }
}
