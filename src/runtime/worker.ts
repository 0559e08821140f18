/**
 * A worker process: runs one task after another that its driver sends, and tells how each goes.
 * It never outlives its driver: when the channel closes, it stops as if told to.
 *
 *   node worker.js REGISTRY_URL
 *
 * The registry is a module that exports `stepKinds`.
 */
import { Worker } from "node:worker_threads";
import { type Command, endOfOutput, grace, type Report } from "./protocol.js";
import type { StepKind } from "./step.js";
import { executeTask, type Task } from "./task.js";

const watchdog = new URL("./watchdog.js", import.meta.url);
new Worker(watchdog, { workerData: { driver: process.ppid } }).unref();

const abort = new AbortController();
let running: Promise<void> | undefined;

/** Resolves when the report has left this process, or cannot. */
function tell(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) resolve();
    else process.send!(report, undefined, undefined, () => resolve());
  });
}

async function run(task: Task): Promise<void> {
  const { stepKinds } = (await import(process.argv[2]!)) as { stepKinds: readonly StepKind[] };
  const result = await executeTask(task, stepKinds, {
    signal: abort.signal,
    tell: (event) => void tell({ type: "event", event }),
  });
  for (const stream of [process.stdout, process.stderr]) stream.write(`${endOfOutput}\n`);
  await tell({ type: "result", result });
}

// A step goes on to its checkpoint though nobody hears it any more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

async function stop(): Promise<void> {
  abort.abort();
  setTimeout(() => process.exit(1), grace).unref();
  await running;
  process.exit(0);
}

process.on("message", (command: Command) => {
  if (command.type === "run") running = run(command.task);
  else void stop();
});
process.on("disconnect", () => void stop());
process.on("SIGTERM", () => void stop());
// Ctrl-C reaches the whole group of processes; what it means is the driver's to say.
process.on("SIGINT", () => {});
