/** `cflow diff`: how two files, two runs, or a run and a file differ in settings and in results. */
import { resolve } from "node:path";
import { compareResults } from "../../diff/results.js";
import { compareSettings } from "../../diff/settings.js";
import { differencesJson, differencesText } from "../differences.js";
import { exitCodes } from "../exit.js";
import { openSide, type SideOptions } from "../sides.js";
import { colorsFor } from "../terminal.js";

export interface DiffCommandOptions extends SideOptions {
  readonly cache: string;
}

export async function diff(
  first: string,
  second: string,
  options: DiffCommandOptions,
): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const a = openSide(first, cache, options);
  const b = openSide(second, cache, options);
  if (!a || !b) return exitCodes.badCall;
  const settings = compareSettings(a.side, b.side);
  const results = await compareResults(settings, cache);
  const { stdout } = process;
  const compared = { a: a.compared, b: b.compared };
  stdout.write(
    options.json
      ? `${JSON.stringify(differencesJson(settings, results, compared))}\n`
      : differencesText(settings, results, {
          colors: colorsFor(stdout),
          ...(stdout.columns && { columns: stdout.columns }),
          ...compared,
        }),
  );
  return exitCodes.success;
}
