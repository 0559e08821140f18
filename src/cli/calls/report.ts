import type { Command } from "commander";
import { bare, planned } from "./forms.js";
import { json } from "./options.js";

export function declareReport(program: Command): void {
  planned(
    bare(
      program,
      "report",
      "write what is kept as a page: figures, claims, plan, settings and source",
    )
      .argument("<what...>", "a .cflow file; or several files or runs, to lay over each other")
      .option("--out <path>", "the file to write (default: named by what is reported)")
      .option("--open", "open it in the browser"),
  )
    .addOption(json())
    .addHelpText(
      "after",
      `
The page is one HTML file that needs nothing else. It shows what is kept and says
what is lacking; cflow run computes that. A run is named by its id, a beginning of
it, or last. --set and --engine apply to files.`,
    )
    .action(async (names, options) => {
      process.exitCode = await (await import("../commands/report.js")).report(names, options);
    });
}
