/** `cflow doctor`: what this machine is, which engines it has, how fast they are, and how the cache is. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { relative, resolve } from "node:path";
import { engineNames } from "../../engine/objective.js";
import type { Probe } from "../../engine/probe.js";
import { type DiskHealth, diskOf, type Health, healthOf } from "../../runtime/health.js";
import { version } from "../../runtime/version.js";
import { exitCodes } from "../exit.js";
import { printJson } from "../json.js";
import { defaults } from "../rerun.js";
import { colorsFor, showBytes, showCount, table } from "../terminal.js";

export interface DoctorCommandOptions {
  readonly cache: string;
  readonly json?: boolean;
}

export async function doctor(options: DoctorCommandOptions): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const machine = machineOf();
  const engines = await probeAll(machine.cores);
  const health = healthOf(cache);
  const disk = diskOf(cache);
  const usable = engines.some((each) => each.engine === defaults.engine && !("missing" in each));
  const well = usable && disk.unwritable === undefined && health.broken === 0;
  if (options.json) {
    const report = { machine, engines, cache: { root: cache.root, ...health }, disk, well };
    printJson(report);
  } else {
    const lines = [
      ...machineLines(machine),
      "",
      ...engineLines(engines),
      "",
      ...cacheLines(options.cache, health, disk),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  return well ? exitCodes.success : exitCodes.failure;
}

interface Machine {
  readonly cflow: string;
  readonly node: string;
  readonly platform: string;
  /** That this process may use. */
  readonly cores: number;
  readonly processor: string;
  /** Bytes that this process may use, and those that are free. */
  readonly memory: number;
  readonly free: number;
}

function machineOf(): Machine {
  // Of a container or a batch job; where there is no limit it is 0, or more than there is.
  const limit = process.constrainedMemory();
  const all = totalmem();
  return {
    cflow: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memory: limit > 0 && limit < all ? limit : all,
    free: process.availableMemory(),
  };
}

async function probeAll(cores: number): Promise<Probe[]> {
  const { probe, threadCounts } = await import("../../engine/probe.js");
  const probes: Probe[] = [];
  for (const name of engineNames) {
    // The library of `tensorflow` takes its threads once; the others have one.
    const counts = name === "onnx" ? threadCounts(cores) : [name === "tensorflow" ? cores : 1];
    for (const threads of counts) {
      const found = await probe(name, threads);
      probes.push(found);
      if ("missing" in found) break;
    }
  }
  return probes;
}

function machineLines({
  cflow,
  node,
  platform,
  cores,
  processor,
  memory,
  free,
}: Machine): string[] {
  return [
    `cflow ${cflow}, Node ${node}, ${platform}`,
    `${showCount(cores, "core")} (${processor}), ${showBytes(memory)} memory, ${showBytes(free)} of it free`,
  ];
}

function engineLines(engines: readonly Probe[]): string[] {
  const c = colorsFor(process.stdout);
  const rows = engines.map((each) =>
    "missing" in each
      ? [each.engine, `${c.yellow("not here")}: ${each.missing}`]
      : [
          each.engine,
          each.version,
          showCount(each.threads, "thread"),
          `${Number((each.rate / 1e9).toPrecision(2))} GFLOP/s`,
        ],
  );
  const missing = engines.find((each) => each.engine === defaults.engine && "missing" in each);
  const help = missing && "missing" in missing ? [`  ${c.cyan("help:")} ${missing.help}`] : [];
  // A reason is as long as it is: columns are those of the engines that are here.
  const here = table(rows.filter((row) => row.length > 2));
  const gone = rows.filter((row) => row.length === 2).map((row) => row.join("  "));
  return [...here, ...gone, ...help];
}

function cacheLines(name: string, health: Health, disk: DiskHealth): string[] {
  const c = colorsFor(process.stdout);
  const { results, bytes, broken, unfinished, damaged, locks, deadLocks } = health;
  const ill = (count: number, text: string) => (count > 0 ? c.red(text) : text);
  const held = `${showCount(locks, "lock")}, ${deadLocks} of dead processes`;
  return [
    `cache ${name}: ${showCount(results, "result")}, ${showBytes(bytes)}; ${ill(broken, `${broken} broken`)}, ${unfinished} unfinished, ${damaged} set aside; ${held}`,
    disk.unwritable === undefined
      ? `its disk: can be written, ${((disk.sync ?? 0) * 1000).toFixed(1)} ms to sync, ${showBytes(disk.free)} free`
      : `its disk: ${c.red(disk.unwritable)}`,
    ...(broken > 0 ? [`  ${c.cyan("help:")} cflow verify says what is broken`] : []),
    ...(relative(disk.folder, resolve(name)) === "" ? [] : ["it will be made by the first run"]),
  ];
}
