/**
 * How long the rows of a trajectory took by the clock, as its record tells it: in parts of equally
 * many rows, few enough to be a line of the record however long the trajectory is.
 */

export interface Pace {
  /** Rows a part; the last part may have fewer. */
  readonly every: number;
  /** Of each part. */
  readonly seconds: readonly number[];
}

/** Rows [first, first + rows) and how long they took together. */
export interface PacePart {
  readonly first: number;
  readonly rows: number;
  readonly seconds: number;
}

/** @param rows  of the trajectory */
export function partsOf({ every, seconds }: Pace, rows: number): PacePart[] {
  return seconds.map((taken, i) => {
    const first = i * every;
    return { first, rows: Math.min(every, rows - first), seconds: taken };
  });
}

/** Where there would be more parts, each two become one. */
export const mostParts = 64;

export interface Stopwatch {
  /** So many rows are there now; those since the last call took the time since then. */
  mark(rows: number): void;
  /** Undefined where the times of earlier rows are not known. */
  pace(): Pace | undefined;
}

/**
 * Begins to measure.
 * @param rows   that are there already
 * @param known  how long these took
 * @param now    a clock, in milliseconds
 */
export function stopwatch(rows: number, known?: Pace, now = () => performance.now()): Stopwatch {
  let every = known?.every ?? 1;
  let seconds = [...(known?.seconds ?? [])];
  let done = rows;
  let last = now();
  return {
    mark(rows) {
      const time = now();
      const share = (time - last) / 1000 / Math.max(1, rows - done);
      last = time;
      for (; done < rows; done++) {
        if (done === every * mostParts) {
          seconds = pairs(seconds);
          every *= 2;
        }
        const part = Math.floor(done / every);
        seconds[part] = (seconds[part] ?? 0) + share;
      }
    },
    pace: () =>
      rows > 0 && !known ? undefined : { every, seconds: seconds.map((each) => round(each)) },
  };
}

function pairs(seconds: readonly number[]): number[] {
  const sums: number[] = [];
  for (let i = 0; i < seconds.length; i += 2) sums.push(seconds[i]! + (seconds[i + 1] ?? 0));
  return sums;
}

/** To microseconds: more would be noise. */
function round(seconds: number): number {
  return Number(seconds.toFixed(6));
}
