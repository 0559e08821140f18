/** Runs the built program as its users do: real processes, in a temporary folder. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll } from "vitest";
import type { JsonSummary } from "../../src/cli/summary.js";

export const bin = fileURLToPath(new URL("../../bin/cflow.js", import.meta.url));
const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  /** Standard output as JSON, a line each. */
  readonly lines: readonly Line[];
  /** The last line of a run with `--json`. */
  readonly summary: JsonSummary;
}

/** What the tests look at of events, diagnostics and plans. */
export interface Line {
  readonly event?: string;
  readonly step?: string;
  readonly [field: string]: unknown;
}

export interface Workspace {
  readonly path: string;
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  read(name: string): string;
  /** Runs the program to its end, in the folder. */
  cflow(...args: readonly string[]): Promise<Ended>;
  /** The same with a module that every one of its processes loads first, and variables for that. */
  sabotaged(
    module: string,
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<Ended>;
  /** Starts it, in a process group of its own. */
  start(...args: readonly string[]): Launched;
  /** Ids of the processes that the last call started, its own first. */
  processes(): readonly number[];
}

export type Launched = ReturnType<typeof launch>;

function launch(
  cwd: string,
  register: string,
  args: readonly string[],
  modules: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const imports = [signIn, ...modules].map((each) => `--import=${each}`).join(" ");
  return execa(process.execPath, [bin, ...args], {
    cwd,
    env: { CFLOW_CACHE: undefined, NODE_OPTIONS: imports, REGISTER: register, ...env },
    reject: false,
    detached: true,
    stripFinalNewline: false,
  });
}

/** A folder for one test file, removed after its last test. */
export function workspace(): Workspace {
  if (!existsSync(built)) throw new Error(`${built} is missing: run npm run build first`);
  const path = mkdtempSync(join(tmpdir(), "cflow-cli-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const register = join(path, ".processes");
  const write: Workspace["write"] = (name, content) => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  const start: Workspace["start"] = (...args) => {
    writeFileSync(register, "");
    return launch(path, register, args);
  };
  return {
    path,
    write,
    read: (name) => readFileSync(join(path, name), "utf8"),
    start,
    async sabotaged(module, env, ...args) {
      writeFileSync(register, "");
      return ended(await launch(path, register, args, [module], env));
    },
    cflow: async (...args) => ended(await start(...args)),
    processes: () => [...new Set(readFileSync(register, "utf8").trim().split("\n").map(Number))],
  };
}

/** A module that every Node process of a call loads first, and so notes its id in the file `REGISTER`. */
export const signIn = `data:text/javascript,${encodeURIComponent(
  'import{appendFileSync}from"node:fs";appendFileSync(process.env.REGISTER,process.pid+"\\n")',
)}`;

export function ended(
  result: Pick<Awaited<Launched>, "stdout" | "stderr"> & { readonly exitCode?: number | undefined },
): Ended {
  const { stdout, stderr, exitCode } = result;
  const lines = () =>
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return {
    stdout,
    stderr,
    exitCode,
    get lines() {
      return lines();
    },
    get summary() {
      return lines().at(-1);
    },
  };
}

/** Name → status of a run's or a plan's steps. */
export function statuses(of: { readonly steps: readonly { name: string; status: string }[] }) {
  return Object.fromEntries(of.steps.map(({ name, status }) => [name, status]));
}

/** Names of the steps that a run's events say were started. */
export function started({ lines }: Ended): string[] {
  return lines.flatMap((line) => (line.event === "started" ? [line.step!] : [])).sort();
}

export function stepOf(summary: JsonSummary, name: string): JsonSummary["steps"][number] {
  return summary.steps.find((step) => step.name === name)!;
}
