/** One figure: everyone does it once, results are compared, and who agrees is timed in turns. */
import { difference, type Summary } from "./agreement.js";
import { type Contender, type Effort, interleave, stopwatch, type Timing } from "./measure.js";
import type { Peer } from "./peers.js";
import type { Entry } from "./report.js";

export interface Attempt {
  readonly name: string;
  once(): Promise<readonly Float32Array[]>;
  summaries(results: readonly Float32Array[]): readonly Summary[];
}

export interface PeerAttempt {
  readonly name: string;
  /** Makes ready within some seconds' search, and does it once. */
  prepare(patience: number): Promise<Prepared>;
  run(times: number): Promise<number>;
}

interface Prepared {
  readonly variant: string;
  /** Of one run. */
  readonly seconds: number;
  readonly results: readonly Summary[];
}

export function peerAttempt({ name, ask }: Peer, described: object, figure: object): PeerAttempt {
  return {
    name,
    async prepare(patience) {
      await ask({ do: "open", case: described });
      return ask<Prepared>({ do: "prepare", figure, patience });
    },
    run: async (times) => (await ask<{ seconds: number }>({ do: "run", times })).seconds,
  };
}

export interface Outcome {
  /** In the order of the attempts: first the engines. */
  readonly entries: readonly Entry[];
  /** Of contenders that only set a scale. */
  readonly scales: readonly Timing[];
}

/** @param agreement  the largest relative difference from the first attempt's results */
export async function race(
  attempts: readonly Attempt[],
  peers: readonly PeerAttempt[],
  effort: Effort,
  agreement: number,
  scales: readonly Contender[] = [],
): Promise<Outcome> {
  const contenders: Contender[] = [];
  const entries = new Map<string, Entry>();
  let ours: readonly Summary[] | undefined;
  for (const { name, once, summaries } of attempts) {
    const start = performance.now();
    const answers = await once();
    const seconds = (performance.now() - start) / 1000;
    const results = summaries(answers);
    const first = ours === undefined;
    ours ??= results;
    const apart = difference(ours, results);
    entries.set(name, { name, difference: apart });
    // The first run compiles; still, what lasts so long is not run again.
    if (!first && seconds > effort.patience) {
      entries.set(name, { name, difference: apart, seconds, samples: [seconds] });
    } else contenders.push({ name, run: (times) => stopwatch(times, once) });
  }
  for (const { name, prepare, run } of peers) {
    try {
      const { variant, seconds, results } = await prepare(effort.patience);
      const apart = difference(ours!, results);
      if (apart < agreement) {
        entries.set(name, { name, variant, difference: apart });
        contenders.push({ name, run, once: seconds });
      } else {
        entries.set(name, { name, failure: `its result differs by ${apart.toExponential(1)}` });
      }
    } catch (error) {
      entries.set(name, { name, failure: (error as Error).message });
    }
  }
  const timings = await interleave([...contenders, ...scales], effort);
  for (const { name, median, samples } of timings) {
    const entry = entries.get(name);
    if (entry) entries.set(name, { ...entry, seconds: median, samples });
  }
  const extra = new Set(scales.map(({ name }) => name));
  return {
    entries: [...entries.values()],
    scales: timings.filter(({ name }) => extra.has(name)),
  };
}
