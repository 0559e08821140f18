/**
 * Worker processes, started when there is work and kept for the next. A worker that dies fails its
 * step and nothing else; none outlives the pool.
 */
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import { type Failure, lessMemory } from "./failure.js";
import { tellsOfMemory } from "./memory.js";
import { type Command, endOfOutput, grace, type Report } from "./protocol.js";
import type { Task, TaskEvent, TaskResult } from "./task.js";

/** What runs tasks: worker processes here, or whatever else keeps this contract. */
export interface Executor {
  /** Runs a task to its end. Never rejects. */
  run(task: Task, listen: (event: TaskEvent) => void): Promise<TaskResult>;
  /** Running steps write a checkpoint and end; resolves when no process is left. */
  stop(): Promise<void>;
}

export interface PoolOptions {
  /** URL of the module that exports `stepKinds`. */
  readonly registry: string;
  /** Path of the built worker. */
  readonly script?: string;
}

interface Assignment {
  listen(event: TaskEvent): void;
  settle(result: TaskResult): void;
  /** Streams of which the end of the step's output is still to come. */
  printing: number;
  /** How it ended, once it has. */
  result?: TaskResult;
  /** Whether it printed that memory was short. */
  short: boolean;
}

interface Worker {
  readonly pid: number;
  send(command: Command): void;
  kill(): void;
  readonly ended: Promise<unknown>;
  current?: Assignment | undefined;
  /** It gets no further step. */
  retired?: boolean;
}

export function workerPool(options: PoolOptions): Executor {
  const script = options.script ?? fileURLToPath(new URL("./worker.js", import.meta.url));
  const workers = new Set<Worker>();
  let stopping = false;

  const start = (): Worker => {
    // JSON would turn NaN, which progress may hold, into null.
    const child = execaNode(script, [options.registry], {
      ipc: true,
      serialization: "advanced",
      nodeOptions: [],
      stdin: "ignore",
      buffer: false,
      reject: false,
      // A group of its own, so that what its steps start can be ended with it.
      detached: grouped,
    });
    const hear = (line: string) => {
      const { current } = worker;
      if (!current) return;
      const end = line.endsWith(endOfOutput);
      const printed = end ? line.slice(0, -endOfOutput.length) : line;
      current.short ||= tellsOfMemory(printed);
      if (!end || printed !== "") current.listen({ type: "log", line: printed });
      if (end) {
        current.printing--;
        finish(current);
      }
    };
    createInterface({ input: child.stdout }).on("line", hear);
    createInterface({ input: child.stderr }).on("line", hear);
    // Programs that its step had started would go on without it, and hold its streams open.
    child.on("exit", () => killGroup(child.pid));
    const finish = (current: Assignment) => {
      if (current.result && current.printing === 0) settle(current.result);
    };
    const settle = (result: TaskResult) => {
      const { current } = worker;
      worker.current = undefined;
      current?.settle(result);
    };
    child.on("message", (report: unknown) => {
      const { current } = worker;
      if (!current) return;
      const { type, ...rest } = report as Report;
      if (type === "event") return current.listen((rest as { event: TaskEvent }).event);
      const { result } = rest as { result: TaskResult };
      current.result = result;
      // What took the memory may still hold it.
      if (result.type === "failed" && result.failure.passing) {
        worker.retired = true;
        worker.send({ type: "stop" });
      }
      finish(current);
    });
    const worker: Worker = {
      pid: child.pid ?? 0,
      // A worker that is gone cannot be told anything; its end is reported below.
      send: (command) => void child.send?.(command, () => {}),
      kill: () => killGroup(child.pid),
      ended: child.then(({ exitCode, signal }) => {
        workers.delete(worker);
        const { result, short = false } = worker.current ?? {};
        const failure = death(exitCode, signal, short);
        settle(result ?? (stopping ? { type: "interrupted" } : { type: "failed", failure }));
      }),
    };
    workers.add(worker);
    return worker;
  };

  return {
    run(task, listen) {
      if (stopping) return Promise.resolve({ type: "interrupted" });
      const worker = [...workers].find(({ current, retired }) => !current && !retired) ?? start();
      return new Promise((settle) => {
        listen({ type: "assigned", pid: worker.pid });
        worker.current = { listen, settle, printing: 2, short: false };
        worker.send({ type: "run", task });
      });
    },
    async stop() {
      stopping = true;
      const all = [...workers];
      for (const worker of all) worker.send({ type: "stop" });
      const timer = setTimeout(() => {
        for (const worker of all) worker.kill();
      }, grace);
      await Promise.all(all.map(({ ended }) => ended));
      clearTimeout(timer);
    },
  };
}

/** On Windows a process of its own group would open a window. */
const grouped = process.platform !== "win32";

/** Ends a worker and all that it started. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(grouped ? -pid : pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function death(code: number | undefined, signal: string | undefined, short: boolean): Failure {
  if (short) {
    return { message: "the worker process ran out of memory", help: lessMemory, passing: true };
  }
  const how = signal ? `was killed by ${signal}` : `ended with exit code ${code ?? "unknown"}`;
  if (signal === "SIGKILL") {
    const help = `the system does so when memory is short: ${lessMemory}`;
    return { message: `the worker process ${how}`, help, passing: true };
  }
  const help = "run again: a trajectory goes on from its last checkpoint";
  return { message: `the worker process ${how}`, help };
}
