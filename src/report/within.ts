/** Lines cut at the edges of a picture, so that what draws them needs no clips. */
import type { Range } from "./range.js";

export type Point = readonly [x: number, y: number];

const gap: Point = [Number.NaN, Number.NaN];

/**
 * The parts of a line whose y is in a range; NaN stands between them, and where the line itself has
 * a y that is not finite.
 */
export function within(points: readonly Point[], range: Range): Point[] {
  const kept: Point[] = [];
  let before: Point = gap;
  for (const point of points) {
    if (!Number.isFinite(before[1])) {
      if (Number.isFinite(point[1])) kept.push(isInside(point[1], range) ? point : gap);
    } else {
      const part = partWithin(before, point, range);
      // A line may come in just at its end.
      if (!part) kept.push(gap, ...(isInside(point[1], range) ? [point] : []));
      else if (kept.at(-1) === part[0]) kept.push(part[1]);
      else kept.push(gap, ...part);
    }
    before = point;
  }
  return kept.filter(
    ([, y], i) =>
      !Number.isNaN(y) || (i > 0 && i < kept.length - 1 && !Number.isNaN(kept[i - 1]![1])),
  );
}

/** The part of a segment that lies in the range; its ends are the segment's own where they do. */
function partWithin(a: Point, b: Point, { from, to }: Range): [Point, Point] | undefined {
  // Most do.
  if (isInside(a[1], { from, to }) && isInside(b[1], { from, to })) return [a, b];
  const rise = b[1] - a[1];
  if (!Number.isFinite(rise)) return undefined;
  if (rise === 0) return undefined;
  const edges = [from, to].map((edge) => (edge - a[1]) / rise).sort((s, t) => s - t);
  const [start, end] = [Math.max(0, edges[0]!), Math.min(1, edges[1]!)];
  if (start >= end) return undefined;
  const at = (share: number): Point => [a[0] + share * (b[0] - a[0]), a[1] + share * rise];
  return [start === 0 ? a : at(start), end === 1 ? b : at(end)];
}

function isInside(y: number, { from, to }: Range): boolean {
  return from <= y && y <= to;
}
