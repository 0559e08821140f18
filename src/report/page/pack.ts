/** Figures as a page's script gets them: what was not measured left out, series in base64. */

import { columnsOf, downsample, pointsPerColumn } from "../downsample.js";
import type { Family } from "../family.js";
import { type Curve, colours } from "../figure.js";
import { type Range, xRange } from "../range.js";
import { shade } from "../shades.js";
import type { PackedCurve, PackedFigure, PackedNumbers, Payload } from "./client/payload.js";

/** A figure and the id of its element. */
export interface Placed extends Family {
  readonly id: string;
}

/** Points that a page may have: 8 MB, with which browsers are quick. */
const mostPoints = 1_000_000;
/** Columns that any curve keeps. */
const fewestColumns = 200;

/** The columns of pixels to choose rows for where all rows would be too many for a page. */
export function columnsFor(figures: readonly Placed[], most = mostPoints): number | undefined {
  const all = new Set(figures.flatMap(({ figure }) => figure.curves.map(({ y }) => y)));
  const points = [...all].reduce((sum, { length }) => sum + length, 0);
  if (points <= most) return undefined;
  return Math.max(fewestColumns, Math.floor(most / all.size / pointsPerColumn));
}

/** @param columns  of pixels to choose rows for; if absent all rows, or as many as a page may have */
export function pack(figures: readonly Placed[], columns = columnsFor(figures)): Payload {
  const series: PackedNumbers[] = [];
  const known = new Map<string, number>();
  const place = (values: Float64Array): number => {
    const packed = packNumbers(values);
    const key = JSON.stringify(packed);
    const found = known.get(key) ?? series.push(packed) - 1;
    known.set(key, found);
    return found;
  };
  // A variant's curves are those of its family, too.
  const placed = new Map<Curve["y"], Pick<PackedCurve, "x" | "y">>();
  const placeCurve = (curve: Curve, shown: Range) => {
    const all = measured(curve);
    const points = columns === undefined ? all : thinned(all, shown, columns);
    const places = { x: place(points.x), y: place(points.y) };
    placed.set(curve.y, places);
    return places;
  };
  return {
    figures: figures.map(({ id, figure, members }): PackedFigure => {
      const { x, y, levels, curves } = figure;
      const shown = xRange(figure);
      return {
        id,
        x: { label: x.label },
        y: { label: y.label, log: y.scale === "log" },
        levels,
        members: members.map((name, member) => ({
          name,
          colour: shade(colours.optimizer, member, members.length),
          dash: dashOf({ member }, members.length),
        })),
        curves: curves.map((curve): PackedCurve => {
          const { label, member = 0 } = curve;
          return {
            label,
            colour: shade(colours[curve.role], member, members.length),
            style: styleOf(curve),
            dash: dashOf(curve, members.length),
            member,
            ...(curve.aside && { aside: true }),
            ...(placed.get(curve.y) ?? placeCurve(curve, shown)),
          };
        }),
      };
    }),
    series,
  };
}

function styleOf({ style }: Curve): PackedCurve["style"] {
  return style === "faint" || style === "dots" ? style : "line";
}

/** Of two members the second is dashed, so that they are told apart without colours. */
function dashOf({ style, member = 0 }: Pick<Curve, "style" | "member">, members: number): number[] {
  if (style === "dashed") return members === 2 && member === 1 ? [2, 3] : [6, 4];
  return members === 2 && member === 1 && style === undefined ? [7, 3] : [];
}

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** So many of a curve's usual distances without a measurement are a gap. */
const gap = 3;

/** The points that were measured. A line goes on over what was not, as between every tenth step, but not over gaps. */
export function measured({ x, y }: Pick<Curve, "x" | "y">): Points {
  const indices = new Int32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (typeof y[i] === "number") indices[count++] = i;
  const distances = new Float64Array(Math.max(0, count - 1));
  for (let k = 1; k < count; k++) distances[k - 1] = x[indices[k]!]! - x[indices[k - 1]!]!;
  const usual = distances.sort()[distances.length >> 1] ?? 0;
  // A gap is one more point, which breaks the line.
  const [xs, ys] = [new Float64Array(2 * count), new Float64Array(2 * count)];
  let length = 0;
  const put = (at: number, value: number) => {
    xs[length] = at;
    ys[length++] = value;
  };
  for (let k = 0; k < count; k++) {
    const [index, last] = [indices[k]!, indices[k - 1]];
    if (last !== undefined && index > last + 1 && x[index]! - x[last]! > gap * usual) {
      put(x[last + 1]!, Number.NaN);
    }
    put(x[index]!, y[index]!);
  }
  return { x: xs.slice(0, length), y: ys.slice(0, length) };
}

function thinned({ x, y }: Points, shown: Range, columns: number): Points {
  const rows = downsample(x, y, shown, columnsOf(shown, columns));
  return { x: Float64Array.from(rows, (i) => x[i]!), y: Float64Array.from(rows, (i) => y[i]!) };
}

function packNumbers(values: Float64Array): PackedNumbers {
  const [from = 0, next = from] = values;
  const by = next - from;
  if (values.every((value, i) => value === from + i * by))
    return { from, by, count: values.length };
  const single = Float32Array.from(values);
  // Steps beyond 2^24 are not to merge, nor values to overflow or to be lost.
  const isFaithful = values.every((value, i) =>
    Number.isInteger(value) || !Number.isFinite(value)
      ? Object.is(value, single[i])
      : Number.isFinite(single[i]) &&
        (value === 0) === (single[i] === 0) &&
        Math.abs(value) > 1e-37,
  );
  return isFaithful ? { float32: base64(single) } : { float64: base64(values) };
}

function base64({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
