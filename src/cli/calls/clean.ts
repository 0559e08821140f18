import type { Command } from "commander";
import { defaults } from "../rerun.js";
import { command } from "./forms.js";
import { cache, engine, json, set } from "./options.js";

export function declareClean(program: Command): void {
  command(program, "clean", "find the results of a file, or of some of its steps, and remove them")
    .argument("[steps...]", "steps of it, such as eos.central (default: all)")
    .addOption(set())
    .addOption(cache())
    .addOption(engine().default(defaults.engine))
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
