/**
 * `cflow run`: what isn't kept yet is run, claims are checked, and a summary ends it. A process that
 * diverges is a result like any other; only claims that it makes untrue fail the run.
 */
import { exitCodeOf, exitCodes, stopSignal } from "../exit.js";
import { load } from "../load.js";
import { type RunOptions, runProgram } from "../run-program.js";
import { exitCode } from "../summary.js";

export async function run(file: string, options: RunOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const { signal, release } = stopSignal();
  const page = options.open ? await openPage(options) : undefined;
  try {
    page?.show(program);
    const { graph, summary } = await runProgram(program, options, signal, page?.onlookers);
    await page?.end(signal);
    return summary.interrupted ? exitCodeOf(signal.reason) : exitCode(graph, summary);
  } finally {
    page?.close();
    release();
  }
}

async function openPage(options: RunOptions) {
  return (await import("../live-page.js")).openLivePage(options);
}
