import type { Command } from "commander";
import { bare } from "./forms.js";
import { cache, json, positiveInteger } from "./options.js";

export function declareLog(program: Command): void {
  bare(program, "log", "list the runs that were made, or show one of them whole")
    .argument(
      "[file-or-run]",
      "a file, to list its runs; or a run: its id, a beginning of it, or last",
    )
    .option("-n, --count <n>", "how many runs to list", positiveInteger, 20)
    .addOption(cache())
    .addOption(json())
    .addHelpText(
      "after",
      `
Newest first: id, when it began, how it ended, how long it took, the file with
what was set, the git commit, what became of the steps, and of the claims. A run
whose process is gone counts as interrupted.`,
    )
    .action(async (what, options) => {
      process.exitCode = await (await import("../commands/log.js")).log(what, options);
    });
}
