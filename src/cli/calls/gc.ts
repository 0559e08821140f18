import type { Command } from "commander";
import { bare } from "./forms.js";
import { cache, days, json } from "./options.js";

export function declareGc(program: Command): void {
  bare(program, "gc", "find results that nothing kept refers to, and remove them")
    .argument("[files...]", ".cflow files whose results are kept, as they are now")
    .addOption(cache())
    .option("--older-than <days>", "let go of runs that are older", days, 30)
    .option("--delete", "remove them")
    .addOption(json())
    .addHelpText(
      "after",
      `
Kept are the results of runs that are under way, of those of the last DAYS, of
the newest run of every file with every set of --set options, and of the files
named, with each of these. Unfinished trajectories of these are kept as well.
Nothing is removed without --delete. Records of runs stay.`,
    )
    .action(async (files, options) => {
      process.exitCode = await (await import("../commands/gc.js")).gc(files, options);
    });
}
