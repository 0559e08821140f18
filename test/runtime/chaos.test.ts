/**
 * Runs that are killed at random moments, with files cut in between as a crash of the machine would
 * leave them: whatever happened, one more run ends with the bytes of an undisturbed one, and leaves
 * no lock, no partial folder and no process.
 */
import {
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, it } from "vitest";
import type { StepGraph } from "../../src/plan/graph.js";
import type { Cache } from "../../src/runtime/layout.js";
import { isAlive } from "../../src/runtime/lock.js";
import { signIn } from "../support/workspace.js";
import { filesBelow, graphOf, run, stageBytes, temporaryCache } from "./harness.js";

const victim = fileURLToPath(new URL("./victim.mjs", import.meta.url));

/** Kills of all lanes together. */
const kills = 200;
const lanes = 2;

/** Two walks at once, then one from what they came to, and sums that read them. */
function pipeline(delay: number): StepGraph {
  const walk = (name: string, start: string, length: number, rate: number) =>
    ({
      name,
      kind: "walk",
      parameters: { rate },
      local: { delay },
      inputs: { start },
      length,
    }) as const;
  return graphOf(
    { name: "start", kind: "value", parameters: { value: 0.4 } },
    walk("first", "start", 500, 1.3),
    walk("second", "start", 350, 1.1),
    {
      name: "both",
      kind: "sum",
      parameters: { add: 1 },
      local: { delay: 40 * delay },
      inputs: { walk: "first", walk2: "second" },
    },
    walk("third", "both", 250, 0.9),
    { name: "end", kind: "sum", parameters: { add: 1 }, inputs: { walk: "third", both: "both" } },
  );
}

type Draw = (below: number) => number;

function drawsOf(seed: number): Draw {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

interface Launched {
  readonly pid: number;
  readonly ended: Promise<{ exitCode?: number; stdout: string; stderr: string }>;
  /** Its own id and those of its workers so far. */
  processes(): number[];
}

function launch(cache: Cache, graph: StepGraph, register: string): Launched {
  writeFileSync(register, "");
  const child = execaNode(victim, [cache.root, JSON.stringify(graph)], {
    env: { NODE_OPTIONS: `--import=${signIn}`, REGISTER: register },
    nodeOptions: [],
    reject: false,
  });
  const processes = () => [
    ...new Set(readFileSync(register, "utf8").split("\n").filter(Boolean).map(Number)),
  ];
  return {
    pid: child.pid!,
    ended: child.then(({ exitCode, stdout, stderr }) => ({
      ...(exitCode !== undefined && { exitCode }),
      stdout,
      stderr,
    })),
    processes,
  };
}

const alive = (pid: number) => isAlive({ pid, host: hostname() });

/** Sends a signal to those that live; gives how many that were. */
function strike(pids: readonly number[], signal: NodeJS.Signals): number {
  return pids.filter((pid) => {
    if (!alive(pid)) return false;
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  }).length;
}

/** Cuts or spoils one of the newest files, as a crash would, which is never a moment ago. */
function crash(cache: Cache, draw: Draw): string {
  const files = filesBelow(cache.root)
    .filter((name) => /^(partial|stages|locks|runs)\//.test(name))
    .map((name) => ({ name, path: join(cache.root, name), at: statSync(join(cache.root, name)) }))
    .sort((a, b) => b.at.mtimeMs - a.at.mtimeMs)
    .slice(0, 6);
  const hit = files[draw(Math.max(1, files.length))];
  if (!hit || hit.at.size === 0) return "nothing";
  const { name, path, at } = hit;
  // A stage's size is looked at whenever it is asked for, its digest only when it is read.
  if (name.startsWith("partial/") && draw(2) === 0) {
    const bytes = readFileSync(path);
    const from = draw(bytes.length);
    for (let i = from; i < Math.min(bytes.length, from + 100); i++) bytes[i] = 0;
    writeFileSync(path, bytes);
  } else truncateSync(path, draw(at.size));
  utimesSync(path, 0, 0);
  return name;
}

it(`survives ${kills} kills`, async () => {
  const reference = temporaryCache();
  await run(pipeline(0), reference);
  const graph = pipeline(1);
  const expected = graph.steps.map(({ name }) => stageBytes(reference, graph, name));

  const lane = async (seed: number) => {
    const draw = drawsOf(seed);
    const all = new Set<number>();
    let killed = 0;
    while (killed < kills / lanes) {
      const cache = temporaryCache();
      const register = join(dirname(cache.root), "register");
      const told: string[] = [];
      for (let complete = false; !complete && killed < kills / lanes; ) {
        const launched = launch(cache, graph, register);
        let over = false;
        void launched.ended.then(() => {
          over = true;
        });
        const due = Date.now() + 100 + draw(600);
        while (!over && Date.now() < due) await sleep(5);
        const [driver, ...workers] = launched.processes();
        const way = draw(10);
        const signal = (["SIGKILL", "SIGKILL", "SIGINT", "SIGTERM"] as const)[draw(4)]!;
        if (way < 4 || workers.length === 0) killed += strike([launched.pid], signal);
        else if (way < 8) {
          // The second comes while the first is being tried again.
          for (let blow = 0; blow < 3; blow++) {
            const now = launched.processes().slice(1);
            killed += strike([now[draw(now.length)]!], signal);
            await sleep(draw(250));
          }
          killed += strike([launched.pid], "SIGKILL");
        } else killed += strike([driver!, ...workers], "SIGKILL");
        const { exitCode, stderr } = await launched.ended;
        told.push(`${way} ${signal} ${stderr}`);
        for (const pid of launched.processes()) all.add(pid);
        complete = exitCode === 0;
        // Sometimes the next run begins while workers of this one are still about to end.
        if (draw(2) === 0) {
          await endOf(launched.processes());
          if (draw(2) === 0) told.push(`spoiled ${crash(cache, draw)}`);
        }
      }
      // What was put in its place just before a crash.
      for (let hits = draw(3); hits > 0; hits--) told.push(`spoiled ${crash(cache, draw)}`);
      const last = launch(cache, graph, register);
      const { exitCode, stdout, stderr } = await last.ended;
      const story = [`seed ${seed}`, ...told, stdout, stderr].join("\n");
      expect(exitCode, story).toBe(0);
      for (const [i, { name }] of graph.steps.entries()) {
        expect(stageBytes(cache, graph, name), `${name}\n${story}`).toEqual(expected[i]);
      }
      for (const pid of last.processes()) all.add(pid);
      await endOf([...all]);
      expect(filesBelow(join(cache.root, "locks")), story).toEqual([]);
      expect(readdirSync(join(cache.root, "partial")), story).toEqual([]);
      expect(filesBelow(cache.root).filter((name) => basename(name).endsWith(".next"))).toEqual([]);
    }
    return killed;
  };
  const struck = await Promise.all(Array.from({ length: lanes }, (_, i) => lane(i + 1)));
  expect(struck.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(kills);
}, 240_000);

/** Resolves when no such process is left, and rejects if one doesn't end. */
async function endOf(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (const pid of pids) {
    while (alive(pid)) {
      if (Date.now() > deadline) throw new Error(`process ${pid} still lives`);
      await sleep(10);
    }
  }
}
