/**
 * Worker processes, started when there is work and kept for the next. A worker that dies fails its
 * step and nothing else; none outlives the pool.
 */
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import type { Failure } from "./failure.js";
import { type Command, grace, type Report } from "./protocol.js";
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

/** Lines of a dead worker's error output that are shown. */
const tailLines = 10;

interface Assignment {
  listen(event: TaskEvent): void;
  settle(result: TaskResult): void;
}

interface Worker {
  readonly pid: number;
  send(command: Command): void;
  kill(): void;
  readonly ended: Promise<unknown>;
  current?: Assignment | undefined;
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
      cleanup: true,
    });
    const tail: string[] = [];
    const relay = (line: string) => worker.current?.listen({ type: "log", line });
    createInterface({ input: child.stdout }).on("line", relay);
    createInterface({ input: child.stderr }).on("line", (line) => {
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      relay(line);
    });
    const settle = (result: TaskResult) => {
      const { current } = worker;
      worker.current = undefined;
      current?.settle(result);
    };
    child.on("message", (report: unknown) => {
      const { type, ...rest } = report as Report;
      if (type === "event") worker.current?.listen((rest as { event: TaskEvent }).event);
      else settle((rest as { result: TaskResult }).result);
    });
    const worker: Worker = {
      pid: child.pid ?? 0,
      // A worker that is gone cannot be told anything; its end is reported below.
      send: (command) => void child.send?.(command, () => {}),
      kill: () => void child.kill("SIGKILL"),
      ended: child.then(({ exitCode, signal }) => {
        workers.delete(worker);
        settle(
          stopping
            ? { type: "interrupted" }
            : { type: "failed", failure: death(exitCode, signal, tail) },
        );
      }),
    };
    workers.add(worker);
    return worker;
  };

  return {
    run(task, listen) {
      if (stopping) return Promise.resolve({ type: "interrupted" });
      const worker = [...workers].find(({ current }) => current === undefined) ?? start();
      return new Promise((settle) => {
        listen({ type: "assigned", pid: worker.pid });
        worker.current = { listen, settle };
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

function death(code: number | undefined, signal: string | undefined, tail: string[]): Failure {
  const how = signal ? `was killed by ${signal}` : `ended with exit code ${code ?? "unknown"}`;
  const help =
    signal === "SIGKILL"
      ? "the system does so when memory is short: try --workers 1; a trajectory goes on from its last checkpoint"
      : "run again: a trajectory goes on from its last checkpoint";
  return {
    message: `the worker process ${how}`,
    help,
    ...(tail.length > 0 && { detail: tail.join("\n") }),
  };
}
