import type { Command } from "commander";
import { command, planned } from "./forms.js";
import { json } from "./options.js";

export function declareClean(program: Command): void {
  planned(
    command(
      program,
      "clean",
      "find the results of a file, or of some of its steps, and remove them",
    ).argument("[steps...]", "steps of it, such as eos.central (default: all)"),
  )
    .option("--delete", "remove them")
    .addOption(json())
    .addHelpText(
      "after",
      `
Results that other files share are among them. What a run is making now is left
alone. Nothing is removed without --delete.`,
    )
    .action(async (file, steps, options) => {
      process.exitCode = await (await import("../commands/clean.js")).clean(file, steps, options);
    });
}
