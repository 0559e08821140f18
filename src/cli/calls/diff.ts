import type { Command } from "commander";
import { bare, planned } from "./forms.js";
import { json } from "./options.js";

export function declareDiff(program: Command): void {
  planned(
    bare(
      program,
      "diff",
      "compare two files, two runs, or a run and a file: settings, results and claims",
    )
      .argument("<a>", "a .cflow file, or a run: its id, a beginning of it, or last")
      .argument("<b>", "another"),
  )
    .addOption(json())
    .addHelpText(
      "after",
      `
Results of a file are those that the cache has for it. Series are compared over
the rows that both have; a difference is relative to the largest magnitude there.
--set and --engine apply to files.`,
    )
    .action(async (a, b, options) => {
      process.exitCode = await (await import("../commands/diff.js")).diff(a, b, options);
    });
}
