/** Step kinds with simple arithmetic, for tests of the runtime; a registry as workers load it. */
import { setTimeout as sleep } from "node:timers/promises";

const scalar = (value) => ({ name: "v", shape: [], values: Float64Array.of(value) });

async function value({ parameters, out }) {
  await out.tensors("out", [scalar(parameters.value)]);
}

/** Adds up its inputs: plain ones, and the x of trajectories. */
async function sum({ parameters, local, inputs, out }) {
  let total = parameters.add;
  for (const role of Object.keys(inputs).sort()) {
    const input = inputs[role];
    if (role.startsWith("walk")) {
      for (const x of (await input.series()).scalar("x")) total += x ?? 0;
    } else {
      total += (await input.tensors("out")).get("v").values[0];
    }
  }
  if (local.fail) throw new Error(local.fail);
  if (local.delay) await sleep(local.delay);
  await out.tensors("out", [scalar(total)]);
  out.note({ total });
}

const columns = [
  { name: "step", type: "int32" },
  { name: "x", type: "float64" },
  { name: "spectrum", type: "list<float64>" },
];

/** A nonlinear recurrence with nulls, NaN, ragged lists and snapshots; what it draws on is its state. */
async function walk({ parameters, local, inputs, length, out, resume, signal, progress }) {
  const start = (await inputs.start.tensors("out")).get("v").values[0];
  let x = resume ? resume.tensors[0].values[0] : start;
  let sign = resume ? resume.values.sign : -0;
  const series = await out.series(columns);
  const checkpoint = (rows) => () => ({
    rows,
    tensors: [{ name: "x", shape: [1], values: Float64Array.of(x) }],
    values: { sign },
    notes: { last_step: rows - 1 },
  });
  for (let step = resume?.rows ?? 0; step < length; step++) {
    if (signal.aborted) {
      await out.checkpoint(checkpoint(step), true);
      throw Object.assign(new Error("interrupted"), { name: "Interrupted" });
    }
    if (step === local.killAt) process.kill(process.pid, "SIGKILL");
    if (step === local.failAt) throw new Error("failed on purpose");
    if (local.print && step === 0) console.error(local.print);
    if (step % 10 === 0) {
      await out.snapshot(step, {
        name: "weights",
        shape: [2, 3],
        values: Float32Array.from({ length: 6 }, (_, i) => x * (i + 1)),
      });
      for (let i = 0; i < (step / 10) % 3; i++) {
        await out.snapshot(step, { name: "d", shape: [1], values: Float32Array.of(i) }, "directions");
      }
    }
    if (step === parameters.divergeAt) {
      series.append({ step, x: Number.NaN, spectrum: null });
      out.note({ diverged_at: step });
      return;
    }
    const spectrum = Float64Array.from({ length: step % 4 }, (_, i) => x + i);
    if (step % 9 === 8) spectrum[0] = Number.NaN;
    if (local.forget === "row" && step === length - 1) break;
    series.append({
      step,
      x: step % 7 === 6 ? null : 1 / sign < 0 ? x : -x,
      spectrum: step % 5 === 4 ? null : spectrum,
    });
    x = Math.sin(parameters.rate * x + step) * 2;
    sign = -sign;
    progress({ done: step + 1, total: length, values: { x } });
    if (local.delay) await sleep(local.delay);
    const every = local.checkpointEvery;
    await out.checkpoint(checkpoint(step + 1), every !== undefined && (step + 1) % every === 0);
  }
  if (local.forget !== "checkpoint") await out.checkpoint(checkpoint(length), true);
}

/** Writes into a file that was made a device which is always full. */
async function full({ local, out }) {
  const { mkdirSync, symlinkSync } = await import("node:fs");
  mkdirSync(`${local.partial}/stage`, { recursive: true });
  symlinkSync("/dev/full", `${local.partial}/stage/out.arrow`);
  await out.tensors("out", [scalar(1)]);
}

/** Fails as `local.how` says; where it has a `marker`, a file, only for the first time. */
async function frail({ local, out }) {
  const { existsSync, writeFileSync } = await import("node:fs");
  if (local.marker === undefined || !existsSync(local.marker)) {
    if (local.marker !== undefined) writeFileSync(local.marker, "");
    if (local.print) console.log(local.print);
    if (local.how === "killed") process.kill(process.pid, "SIGKILL");
    if (local.how === "heap") for (const all = []; ; ) all.push(new Array(1000).fill(all.length));
    if (local.how === "exit") process.exit(3);
    if (local.how === "child") {
      const { spawn } = await import("node:child_process");
      const child = spawn("sleep", ["60"], { stdio: "inherit" });
      console.log(`child ${child.pid}`);
      process.kill(process.pid, "SIGKILL");
    }
    throw Object.assign(new Error(local.how), local.code ? { code: local.code } : {});
  }
  await out.tensors("out", [scalar(process.pid)]);
}

/** Never pauses, and so never hears that it should stop. */
async function hang() {
  console.error("hanging");
  for (;;);
}

const kind = (name, step, more = {}) => ({
  kind: name,
  version: 1,
  trajectory: false,
  load: async () => step,
  ...more,
});

export const stepKinds = [
  kind("value", value),
  kind("sum", sum),
  kind("full", full),
  kind("frail", frail),
  kind("hang", hang),
  kind("walk", walk, { trajectory: true, priority: 1 }),
];
