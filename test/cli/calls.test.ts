/** Calls that ask for help, and calls that are mistaken: one clear sentence, and exit code 2. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { bin, workspace } from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow, path } = workspace();
write("eos.cflow", flow);
write("arrays.cflow", Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59));
write("nothing.cflow", "// Nothing yet.\n");

it("help names every command, and a command its options", async () => {
  const { stdout, stderr, exitCode } = await cflow("--help");
  expect([exitCode, stderr]).toEqual([0, ""]);
  const commands = readdirSync(new URL("../../src/cli/commands/", import.meta.url));
  expect(commands.length).toBeGreaterThan(12);
  for (const file of commands) {
    expect(stdout).toMatch(new RegExp(`^ {2}${file.replace(".ts", "")} `, "m"));
  }
  // With or without a file, as its own help says.
  expect(stdout).toMatch(/^ {2}why \[options\] \[file\] <step> /m);
  const run = await cflow("run", "--help");
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  for (const option of ["set", "cache", "engine", "threads", "workers", "json"]) {
    expect(run.stdout).toMatch(new RegExp(`^ {2}--${option} `, "m"));
  }
  expect((await cflow("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

/** Packages that a call loads. */
async function loadedBy(...args: readonly string[]): Promise<ReadonlySet<string>> {
  const { stderr } = await execa(process.execPath, [bin, ...args], {
    cwd: path,
    env: { NODE_DEBUG: "esm" },
  });
  const loaded = [...stderr.matchAll(/file:\/\/\S+\/node_modules\/((?:@[\w-]+\/)?[\w-]+)/g)];
  return new Set(loaded.map(([, name]) => name!));
}

it("help loads nothing of the language or the numerics", async () => {
  expect(await loadedBy("--help")).toEqual(new Set(["commander"]));
});

it("what only looks loads no numerics, and Arrow only to read tables", async () => {
  expect(await loadedBy("log")).toEqual(new Set(["commander", "picocolors"]));
  const heavy = /^(apache-arrow|onnxruntime-node|@tensorflow\/.*|ml-matrix)$/;
  for (const args of [
    ["why", "eos.cflow", "eos.central"],
    ["diff", "eos.cflow", "eos.cflow"],
  ]) {
    expect([...(await loadedBy(...args))].filter((name) => heavy.test(name))).toEqual([]);
  }
});

const badCalls: readonly (readonly [args: readonly string[], message: string])[] = [
  [["walk"], "unknown command 'walk'\n(see cflow --help)"],
  [["run"], "missing required argument 'file'\n(see cflow run --help)"],
  [["export"], "missing required argument 'names'\n(see cflow export --help)"],
  [
    ["export", "eos.cflow"],
    "'eos.cflow' alone names no step\n  help: add one, such as eos.central",
  ],
  [
    ["export", "eos.central", "--set", "lr=1"],
    "--set goes with a file\n  help: name a .cflow file first",
  ],
  [
    ["show", "eos.central", "--engine", "wasm"],
    "--engine goes with a file\n  help: name a .cflow file first",
  ],
  [["export", "eos.central"], "no run is recorded in '.cflow'\n  help: cflow run FILE makes one"],
  [
    ["show", "eos.central", "--last", "3", "--from", "2"],
    "option '--last <n>' cannot be used with option '--from <row>'\n(see cflow show --help)",
  ],
  [["run", "eos.cflow", "--fast"], "unknown option '--fast'\n(see cflow run --help)"],
  [
    ["plan", "eos.cflow", "other.cflow"],
    "too many arguments for 'plan'. Expected 1 argument but got 2.\n(see cflow plan --help)",
  ],
  [
    ["run", "eos.cflow", "--engine", "torch"],
    "option '--engine <name>' argument 'torch' is invalid. Allowed choices are onnx, tensorflow, wasm, cpu.\n(see cflow run --help)",
  ],
  [
    ["run", "eos.cflow", "--workers", "0"],
    "option '--workers <n>' argument '0' is invalid. Expected a positive whole number.\n(see cflow run --help)",
  ],
  [
    ["run", "eos.cflow", "--cache", ""],
    "option '--cache <dir>' argument '' is invalid. Expected the path of a folder.\n(see cflow run --help)",
  ],
  [
    ["export", "eos.cflow", "eos.central", "--to", "xlsx"],
    "option '--to <format>' argument 'xlsx' is invalid. Allowed choices are csv, parquet, npy, arrow.\n(see cflow export --help)",
  ],
  [["why"], "missing required argument 'file'\n(see cflow why --help)"],
  [["diff", "eos.cflow"], "missing required argument 'b'\n(see cflow diff --help)"],
  [
    ["log", "-n", "few"],
    "option '-n, --count <n>' argument 'few' is invalid. Expected a positive whole number.\n(see cflow log --help)",
  ],
  [["run", "none.cflow"], "there is no file 'none.cflow'"],
  [["check", "."], "'.' is a folder\n  help: name a .cflow file in it"],
  [["check", "arrays.cflow"], "'arrays.cflow' is not text in UTF-8"],
  [["run", "nothing.cflow"], "'nothing.cflow' declares no flow\n  help: add one: flow NAME { … }"],
];

it.each(badCalls)("%j", async (args, message) => {
  const { stdout, stderr, exitCode } = await cflow(...args);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: "",
    stderr: `error: ${message}\n`,
    exitCode: 2,
  });
  expect(existsSync(join(path, ".cflow"))).toBe(false);
});

it("a --set that the file can't take is shown as its own line", async () => {
  const unknown = await cflow("run", "eos.cflow", "--set", "width=3");
  expect([unknown.exitCode, unknown.stdout]).toEqual([2, ""]);
  expect(unknown.stderr.split("\n").slice(0, 5)).toEqual([
    "error[CF1207]: eos.cflow declares no param `width`",
    " --> <--set #1>:1:1",
    "  |",
    "1 | width=3",
    "  | ^^^^^",
  ]);
  const twice = await cflow("run", "eos.cflow", "--set", "n=3", "--set", "n=4");
  expect(twice.exitCode).toBe(2);
  expect(twice.stderr).toContain("`n` is set twice\n --> <--set #2>:1:1\n");
});
