/** The microbenchmarks: every figure of a case, all contestants in turns. */
import { summarize } from "./agreement.js";
import { operations } from "./arithmetic.js";
import { type Case, openCase } from "./cases/case.js";
import type { Contestants } from "./contestants.js";
import { figures, k } from "./figures.js";
import { writeCase } from "./files.js";
import { type Effort, stopwatch } from "./measure.js";
import { type Rates, square } from "./peak.js";
import { peerAttempt, race } from "./race.js";
import type { Line } from "./report.js";

/** Engines that take longer for one gradient are left out of the rest, seconds. */
const patience = 1;
/** Engines whose matrix products are slower are left out where the case is not small, per second. */
const slow = 5e9;
/** The product that is timed beside everything else, of squares that fit no cache. */
const yardstick = { name: "matrix product", size: 1024 };
/** Relative; derivatives of third order in float32 are right to about this. */
const agreement = 1e-3;

export async function* microbenchmarks(
  given: Case,
  contestants: Contestants,
  rates: Rates,
  folder: string,
  effort: Effort,
): AsyncGenerator<Line> {
  const open = await openCase(given, k);
  const rateOf = (name: string) => rates.at(name, yardstick.size) ?? rates.peak;
  const compiled = [];
  for (const engine of contestants.engines) {
    if (!given.small && rateOf(engine.name) < slow) continue;
    compiled.push({ name: engine.name, objective: await engine.compile(open.source) });
  }
  const described = writeCase(folder, given, open);
  const first = contestants.engines[0]!;
  const product = await square(first, yardstick.size);
  const lead = rates.peak / rateOf(first.name);
  const scales = given.linear
    ? [{ name: yardstick.name, run: (times: number) => stopwatch(times, product.run) }]
    : [];

  let engines = compiled;
  for (const figure of figures) {
    const attempts = engines.map(({ name, objective }) => ({
      name,
      once: figure.prepare(objective, open.weights, open.vectors),
      summaries: (results: readonly Float32Array[]) => results.map(summarize),
    }));
    const peers = given.peer ? contestants.peers : [];
    const others = peers.map((peer) => peerAttempt(peer, described, figure.asked));
    const { entries, scales: timings } = await race(attempts, others, effort, agreement, scales);
    const now = timings[0]?.median;
    yield {
      case: given.name,
      figure: figure.name,
      entries,
      goals: figure.goals(given.small === true),
      // What the best would reach now, if the product that was timed beside is to it as before.
      ...(now !== undefined && {
        operations: operations(given.linear!, figure.work),
        peak: (product.operations / now) * lead,
        ...(given.peakGoal !== undefined && { peakGoal: given.peakGoal }),
      }),
    };
    // What takes seconds for a gradient takes minutes for the rest.
    const isQuick = (name: string) =>
      name === first.name || entries.some((one) => one.name === name && one.seconds! < patience);
    engines = engines.filter(({ name }) => isQuick(name));
  }
  await product.dispose();
  for (const { objective } of compiled) await objective.dispose();
}
