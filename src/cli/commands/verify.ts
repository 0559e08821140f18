/** `cflow verify`: whether every kept file is what was written. */
import { resolve } from "node:path";
import { printable } from "../../dsl/cells.js";
import type { EngineName } from "../../engine/objective.js";
import { setAside } from "../../runtime/cache.js";
import { verifyStages } from "../../runtime/verify.js";
import { exitCodes } from "../exit.js";
import { type FileOptions, load, planOf } from "../load.js";
import { colorsFor, showBytes, showCount } from "../terminal.js";

export interface VerifyCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
  readonly repair?: boolean;
}

export async function verify(
  file: string | undefined,
  options: VerifyCommandOptions,
): Promise<number> {
  const cache = { root: resolve(options.cache) };
  let wanted: ReadonlyMap<string, string> | undefined;
  if (file !== undefined) {
    const program = load(file, options);
    if (!program) return exitCodes.badCall;
    const { steps } = planOf(program, options.engine);
    wanted = new Map(steps.map(({ fingerprint, name }) => [fingerprint, name]));
  }
  const c = colorsFor(process.stdout);
  const say = (line: string, event: object) =>
    process.stdout.write(`${options.json ? JSON.stringify(event) : line}\n`);
  let [stages, bytes, damaged] = [0, 0, 0];
  for (const each of verifyStages(cache, wanted?.keys())) {
    stages++;
    bytes += each.bytes;
    if (!each.damage) continue;
    damaged++;
    const { what, folder, fingerprint } = each.damage;
    const step = wanted?.get(fingerprint) ?? each.name;
    const movedTo = options.repair ? setAside(cache, each.damage) : undefined;
    const moved = movedTo === undefined ? "" : `; moved to ${movedTo}`;
    say(`${c.red("damaged")}  ${printable(step)}  ${printable(what)}${moved}`, {
      event: "damaged",
      step,
      fingerprint,
      folder,
      what,
      ...(movedTo !== undefined && { movedTo }),
    });
  }
  const verdict =
    damaged === 0
      ? "all as recorded"
      : `${damaged} damaged${options.repair ? "; the next run computes again what it needs of them" : ""}`;
  say(`${showCount(stages, "result")}, ${showBytes(bytes)}: ${verdict}`, {
    event: "verified",
    results: stages,
    bytes,
    damaged,
  });
  return damaged === 0 ? exitCodes.success : exitCodes.failure;
}
