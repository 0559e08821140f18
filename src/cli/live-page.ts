/** The page that `--open` shows of a run: a report on which values arrive. */
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sideOfFile } from "../diff/side.js";
import type { Program } from "../dsl/index.js";
import type { Reading } from "../plan/story.js";
import { resultsSoFar } from "../report/live/results.js";
import { eventsPath, serve } from "../report/live/server.js";
import { readAssets } from "../report/page/assets.js";
import { claimsId, claimsSection } from "../report/page/claims.js";
import { reportPage } from "../report/page/document.js";
import { sectionsOf } from "../report/page/flows.js";
import { pack } from "../report/page/pack.js";
import type { Report } from "../report/page/report.js";
import { subjectOf } from "../report/subject.js";
import { DamagedStage } from "../runtime/cache.js";
import type { RunEvent } from "../runtime/events.js";
import type { Progress } from "../runtime/step.js";
import { openInBrowser } from "./browser.js";
import { printJson } from "./json.js";
import { planOf } from "./load.js";
import { planDrawing } from "./plan-drawing.js";
import type { Onlookers, RunOptions } from "./run-program.js";
import { callOf } from "./runs.js";
import { colorsFor } from "./terminal.js";

export interface LivePage {
  /** What is run from now on. */
  show(program: Program): void;
  readonly onlookers: Onlookers;
  /** The run has ended; a browser that is still opening is waited for. */
  end(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Milliseconds between updates, and times as long as one takes: the run goes first. */
const pause = 1000;
const share = 10;
/** Of pixels, for which rows are chosen while steps run; all rows are sent when none does. */
const columnsSent = 2000;
/** Milliseconds for a browser to open. */
const patience = 10_000;

export async function openLivePage(options: RunOptions): Promise<LivePage> {
  const cache = { root: resolve(options.cache) };
  const assets = readAssets(new URL("../report/page/client/", import.meta.url));
  const running = new Map<string, Progress>();
  let reading: Reading | undefined;
  /** What the pages that listen have: the ids of their figures. */
  let shown = "";
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;

  const server = await serve(async () => {
    const report = await gather(true);
    shown = idsOf(report);
    return reportPage(report, { assets, live: eventsPath, columns: columns() });
  });

  const columns = () => (running.size > 0 ? columnsSent : undefined);

  async function gather(withPlan: boolean): Promise<Report> {
    const { program, graph } = reading!;
    const file = program.source.name;
    const side = sideOfFile(reading!, cache);
    const name = callOf({ file, overrides: options.set });
    const subject = await subjectOf(
      { name, side, reading: { program, graph } },
      cache,
      resultsSoFar,
    );
    const plan = withPlan ? { plan: await planDrawing(reading!, cache) } : {};
    return { title: basename(file, ".cflow"), subjects: [{ ...subject, ...plan }] };
  }

  async function update(): Promise<void> {
    if (!isStale || server.listeners() === 0) return;
    isStale = false;
    server.send({ type: "status", text: statusOf(running) });
    try {
      const report = await gather(false);
      if (idsOf(report) !== shown) return server.send({ type: "reload" });
      const families = sectionsOf(report).flatMap((section) => section.families);
      const payload = pack(families, columns());
      server.send({ type: "figures", payload });
      server.send({ type: "part", id: claimsId, html: claimsSection(report).markup });
    } catch (error) {
      // The run makes it again.
      if (!(error instanceof DamagedStage)) throw error;
    }
  }

  /** Resolves once a page listens, or after a while without. */
  async function listener(signal: AbortSignal): Promise<void> {
    for (let waited = 0; server.listeners() === 0 && waited < patience; waited += 50) {
      if (signal.aborted) return;
      await sleep(50);
    }
  }

  function schedule(wait: number): void {
    timer = setTimeout(async () => {
      const start = performance.now();
      await update();
      schedule(Math.max(pause, share * (performance.now() - start)));
    }, wait);
    timer.unref();
  }

  tellOf(server.address, options);
  return {
    show(program) {
      const isFirst = reading === undefined;
      reading = { program, graph: planOf(program, options.engine) };
      running.clear();
      isStale = true;
      if (!isFirst) return server.send({ type: "reload" });
      schedule(pause);
      void openInBrowser(server.address);
    },
    onlookers: {
      onEvent(event: RunEvent) {
        if (event.type === "progress") running.set(event.step, event.progress);
        if (event.type === "settled") running.delete(event.outcome.name);
        isStale = true;
      },
    },
    async end(signal) {
      clearTimeout(timer);
      running.clear();
      isStale = true;
      await listener(signal);
      await update();
      // A page whose figures have become others loads again first.
      await listener(signal);
      server.send({ type: "end" });
    },
    close() {
      clearTimeout(timer);
      server.close();
    },
  };
}

function idsOf(report: Report): string {
  return sectionsOf(report)
    .flatMap(({ families }) => families.map(({ id }) => id))
    .join(" ");
}

/** `live: eos.central 120 of 400`. */
function statusOf(running: ReadonlyMap<string, Progress>): string {
  const steps = [...running].map(([step, { done, total }]) => `${step} ${done} of ${total}`);
  return steps.length === 0 ? "live" : steps.join(", ");
}

function tellOf(address: string, { json }: RunOptions): void {
  if (json) printJson({ event: "page", url: address });
  else process.stderr.write(`${colorsFor(process.stderr).dim(`the page is at ${address}`)}\n`);
}
