/**
 * Times of things that do the same, fairly: a round visits every contender once, so whatever drifts
 * on the machine (its clock, its other users) hits all alike, and the median over rounds forgets what
 * hit one. Contenders may live in other processes, which is why no benchmark library is used: those
 * time one function after the other, in one process.
 */
import { setTimeout } from "node:timers/promises";

export interface Contender {
  readonly name: string;
  /** Does it so many times and says how many seconds that took. */
  run(times: number): Promise<number>;
  /** Seconds that one run takes, where it has run before. */
  readonly once?: number;
}

export interface Effort {
  /** Rounds wanted. */
  readonly rounds: number;
  /** Seconds for one contender on one visit: what is quicker is repeated within it. */
  readonly visit: number;
  /** Seconds of rest before a visit: threads of whoever came before may spin on for more work. */
  readonly rest: number;
  /** No new round begins after so many seconds; one is always finished. */
  readonly budget: number;
  /**
   * What takes longer at first is not asked again: that one run is its figure. Peers look so long for
   * the fastest way to write a figure.
   */
  readonly patience: number;
}

export interface Timing {
  readonly name: string;
  /** Seconds a run, one entry a visit, in the order of the rounds. */
  readonly samples: readonly number[];
  readonly median: number;
}

export async function interleave(
  contenders: readonly Contender[],
  { rounds, visit, rest, budget, patience }: Effort,
): Promise<Timing[]> {
  const lanes: Lane[] = [];
  for (const contender of contenders) {
    // The first run warms up; what lasts is not worth another just for that.
    let once = contender.once ?? (await contender.run(1));
    if (contender.once === undefined && once < patience / 4) once = await contender.run(1);
    const done = once > patience;
    const times = Math.max(1, Math.min(10_000, Math.round(visit / once)));
    lanes.push({ contender, times, done, samples: done ? [once] : [] });
  }
  const running = lanes.filter(({ done }) => !done);
  const start = performance.now();
  for (let round = 0; round < rounds && running.length > 0; round++) {
    if (round > 0 && performance.now() - start > 1000 * budget) break;
    // Nobody always comes after the same one.
    for (let i = 0; i < running.length; i++) {
      const lane = running[(i + round) % running.length]!;
      await setTimeout(1000 * rest);
      lane.samples.push((await lane.contender.run(lane.times)) / lane.times);
    }
  }
  return lanes.map(({ contender: { name }, samples }) => ({
    name,
    samples,
    median: median(samples),
  }));
}

interface Lane {
  readonly contender: Contender;
  readonly times: number;
  readonly done: boolean;
  readonly samples: number[];
}

/** Seconds that a function takes so many times over. */
export async function stopwatch(times: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) await work();
  return (performance.now() - start) / 1000;
}

/** The middle one, or the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
