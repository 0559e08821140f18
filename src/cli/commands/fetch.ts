/** `cflow fetch`: brings the published files of a dataset. */
import { resolve } from "node:path";
import type { Download } from "../../data/download.js";
import { FetchError, fetchInto, lackingIn } from "../../data/fetch.js";
import { datasets } from "../../data/index.js";
import { StepFailure } from "../../runtime/step.js";
import { CallError, exitCodeOf, exitCodes, type StopSignal } from "../exit.js";
import { showCount } from "../terminal.js";

export interface FetchCommandOptions {
  readonly to: string;
  /** The URL of a folder that has the published files. */
  readonly from?: string;
}

export async function fetch(dataset: string, { to, from }: FetchCommandOptions): Promise<number> {
  const downloads = downloadsOf(dataset);
  const abort = new AbortController();
  let stopped: StopSignal | undefined;
  const stop = (signal: StopSignal) => {
    stopped ??= signal;
    abort.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    for (const download of downloads) {
      const { name, files } = download;
      const lacking = lackingIn(download, to);
      if (lacking.length === 0) {
        process.stdout.write(`${name}: ${files.join(", ")} already in ${to}\n`);
        continue;
      }
      const url = from === undefined ? download.url : mirrored(from, name);
      process.stderr.write(`${url}, ${showCount(download.bytes, "byte")}\n`);
      const progress = percentage(download);
      try {
        await fetchInto(download, resolve(to), { url, progress, signal: abort.signal });
      } finally {
        if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
      }
      process.stdout.write(`${name}: ${lacking.join(", ")} in ${to}\n`);
    }
    return exitCodes.success;
  } catch (error) {
    if (stopped) return exitCodeOf(stopped);
    if (error instanceof FetchError) throw new StepFailure(error.message, error.help);
    throw error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function downloadsOf(dataset: string): readonly Download[] {
  const found = datasets.find(({ name }) => name === dataset)?.downloads;
  if (found !== undefined) return found;
  const names = datasets.filter(({ downloads }) => downloads).map(({ name }) => `'${name}'`);
  throw new CallError(
    `there is nothing to fetch for '${dataset}'`,
    `files are published for ${names.join(" and ")}`,
  );
}

function mirrored(from: string, name: string): string {
  const base = from.endsWith("/") ? from : `${from}/`;
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new CallError(`'${from}' is no URL`, "give the http or https address of a folder");
  }
  return new URL(name, base).href;
}

/** On a terminal, a line that is overwritten. */
function percentage({ bytes }: Download): (received: number) => void {
  if (!process.stderr.isTTY) return () => {};
  let shown = -1;
  return (received) => {
    const percent = Math.floor((100 * received) / bytes);
    if (percent > shown) process.stderr.write(`\r${percent} %`);
    shown = percent;
  };
}
