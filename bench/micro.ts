/** The microbenchmarks: every figure of a case, all contestants in turns. */

import { difference, type Summary, summarize } from "./agreement.js";
import { operations } from "./arithmetic.js";
import { type Case, openCase } from "./cases/case.js";
import type { Contestants } from "./contestants.js";
import { figures, k } from "./figures.js";
import { writeCase } from "./files.js";
import { type Contender, type Effort, interleave, stopwatch } from "./measure.js";
import { type Rates, square } from "./peak.js";
import type { Entry, Line } from "./report.js";

/** Engines that would take longer for one gradient are left out of a case, seconds. */
const patience = 2;
/** The product that is timed beside everything else, of squares that fit no cache. */
const yardstick = "matrix product";
const yardstickSize = 1024;
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
  const least = given.linear ? operations(given.linear, { gradients: 1 }) : 0;
  const rateOf = (name: string) => rates.at(name, yardstickSize) ?? rates.peak;
  const compiled = [];
  for (const engine of contestants.engines) {
    if (least / rateOf(engine.name) > patience) continue;
    compiled.push({ name: engine.name, objective: await engine.compile(open.source) });
  }
  const described = writeCase(folder, given, open);
  const peers = [];
  for (const peer of given.peer ? contestants.peers : []) {
    await peer.ask({ do: "open", case: described });
    peers.push(peer);
  }

  const first = contestants.engines[0]!;
  const product = await square(first, yardstickSize);
  const lead = rates.peak / rateOf(first.name);
  let engines = compiled;
  for (const figure of figures) {
    const contenders: Contender[] = [];
    const entries = new Map<string, Partial<Entry>>();
    let ours: Summary[] | undefined;
    for (const { name, objective } of engines) {
      const work = figure.prepare(objective, open.weights, open.vectors);
      const start = performance.now();
      const results = (await work()).map(summarize);
      const seconds = (performance.now() - start) / 1000;
      ours ??= results;
      entries.set(name, { difference: difference(ours, results) });
      if (name !== engines[0]!.name && seconds > effort.patience) {
        entries.set(name, { ...entries.get(name), seconds, samples: [seconds] });
      } else contenders.push({ name, run: (times) => stopwatch(times, work) });
    }
    for (const { name, ask } of peers) {
      try {
        const { variant, results } = await ask<{ variant: string; results: Summary[] }>({
          do: "prepare",
          figure: figure.asked,
          patience: effort.patience,
        });
        const apart = difference(ours!, results);
        if (!(apart < agreement)) {
          entries.set(name, { failure: `differs by ${apart.toExponential(1)}` });
          continue;
        }
        entries.set(name, { variant, difference: apart });
      } catch (error) {
        entries.set(name, { failure: (error as Error).message });
        continue;
      }
      contenders.push({
        name,
        run: async (times) => (await ask<{ seconds: number }>({ do: "run", times })).seconds,
      });
    }
    if (given.linear) {
      contenders.push({ name: yardstick, run: (times) => stopwatch(times, product.run) });
    }
    const timings = await interleave(contenders, effort);
    const now = timings.find(({ name }) => name === yardstick)?.median;
    const least = given.linear && operations(given.linear, figure.work);
    yield {
      case: given.name,
      figure: figure.name,
      entries: [...entries].map(([name, entry]) => {
        const timing = timings.find((each) => each.name === name);
        return {
          name,
          ...entry,
          ...(timing && { seconds: timing.median, samples: timing.samples }),
        };
      }),
      goals: figure.goals(given.small === true),
      // What the best would reach now, if the product that was timed beside is to it as before.
      ...(now !== undefined && { operations: least!, peak: (product.operations / now) * lead }),
    };
    // What takes seconds for a gradient takes minutes for the rest.
    if (figure.asked.kind === "gradient") {
      engines = engines.filter(
        ({ name }) =>
          name === first.name ||
          (timings.find((one) => one.name === name)?.median ?? patience) < patience,
      );
    }
  }
  await product.dispose();
  for (const { objective } of compiled) await objective.dispose();
}
