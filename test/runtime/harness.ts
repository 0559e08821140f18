/** Graphs of toy steps, caches in temporary folders, and ways to run the one in the other. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { type EngineIdentity, fingerprint, inputIdentities } from "../../src/plan/fingerprint.js";
import type { Step, StepGraph } from "../../src/plan/graph.js";
import type { RunEvent, RunSummary } from "../../src/runtime/events.js";
import { type Cache, stageFolder } from "../../src/runtime/layout.js";
import { type Executor, workerPool } from "../../src/runtime/pool.js";
import { type RunOptions, runPlan } from "../../src/runtime/run.js";
import type { JsonObject } from "../../src/runtime/step.js";
import { executeTask } from "../../src/runtime/task.js";

const registry = new URL("./toy.mjs", import.meta.url).href;

/** Workers are plain Node processes, so they run what `npm run build` made. */
const script = fileURLToPath(new URL("../../dist/runtime/worker.js", import.meta.url));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cflow-test-"));
  folders.push(folder);
  return folder;
}

export function temporaryCache(): Cache {
  return { root: join(temporaryFolder(), "cache") };
}

export interface ToyStep {
  readonly name: string;
  readonly kind: "value" | "sum" | "walk" | "full" | "frail" | "hang";
  readonly version?: number;
  readonly parameters?: JsonObject;
  readonly local?: JsonObject;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly length?: number;
  readonly engine?: EngineIdentity;
  readonly places?: Step["places"];
}

export function graphOf(...steps: readonly ToyStep[]): StepGraph {
  const done = new Map<string, Step>();
  for (const toy of steps) {
    const step = { version: 1, parameters: {}, local: {}, inputs: {}, places: {}, ...toy };
    const inputs = inputIdentities(step, (name) => done.get(name)!);
    done.set(step.name, { ...step, fingerprint: fingerprint({ ...step, inputs }) });
  }
  return { steps: [...done.values()] };
}

/** A start, a walk from it, and what reads the walk. */
export function walkGraph(
  length: number,
  more: { rate?: number; divergeAt?: number; local?: JsonObject; start?: number } = {},
): StepGraph {
  const { rate = 1.3, divergeAt, local = {}, start = 0.4 } = more;
  return graphOf(
    { name: "start", kind: "value", parameters: { value: start } },
    {
      name: "walk",
      kind: "walk",
      parameters: { rate, ...(divergeAt !== undefined && { divergeAt }) },
      local,
      inputs: { start: "start" },
      length,
    },
    { name: "total", kind: "sum", parameters: { add: 1 }, inputs: { walk: "walk" } },
  );
}

/** Runs steps in this process: fast, and as exact as worker processes. */
export async function inProcess(): Promise<Executor> {
  const { stepKinds } = await import(registry);
  const abort = new AbortController();
  return {
    run(task, listen) {
      listen({ type: "assigned", pid: process.pid });
      return executeTask(task, stepKinds, { signal: abort.signal, tell: listen });
    },
    stop: async () => abort.abort(),
  };
}

export function workers(): Executor {
  if (!existsSync(script)) throw new Error(`${script} is missing: run npm run build first`);
  return workerPool({ registry, script });
}

export interface Ran {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  /** Names of steps that were run, in the order of starting. */
  readonly started: readonly string[];
  /** Name → status. */
  readonly status: Readonly<Record<string, string>>;
}

export async function run(
  graph: StepGraph,
  cache: Cache,
  options: Partial<RunOptions> = {},
): Promise<Ran> {
  const events: RunEvent[] = [];
  const summary = await runPlan(graph, {
    cache,
    engine: "toy",
    registry,
    executor: options.executor ?? (await inProcess()),
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return {
    summary,
    events,
    started: events.flatMap((event) => (event.type === "started" ? [event.step] : [])),
    status: Object.fromEntries(summary.steps.map(({ name, status }) => [name, status])),
  };
}

export function stepOf(graph: StepGraph, name: string): Step {
  return graph.steps.find((step) => step.name === name)!;
}

/** Arrow files of a step's stage, by name; of a trajectory, those of its one length. */
export function stageBytes(cache: Cache, graph: StepGraph, name: string): Record<string, Buffer> {
  const step = stepOf(graph, name);
  const base = stageFolder(cache, step.fingerprint);
  const folder = step.length === undefined ? base : join(base, onlyOne(readdirSync(base)));
  const names = readdirSync(folder).filter((file) => file.endsWith(".arrow"));
  return Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, file))]));
}

function onlyOne(names: readonly string[]): string {
  if (names.length !== 1) throw new Error(`expected one length, found ${names.join(", ")}`);
  return names[0]!;
}

/** All files below a folder, relative. */
export function filesBelow(folder: string, prefix = ""): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory()
      ? filesBelow(path, `${prefix}${name}/`)
      : [`${prefix}${name}`];
  });
}
