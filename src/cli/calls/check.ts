import type { Command } from "commander";
import { command } from "./forms.js";
import { json, set } from "./options.js";

export function declareCheck(program: Command): void {
  command(
    program,
    "check",
    "report every error of a file, or the models and landscapes that it resolves to",
  )
    .addOption(set())
    .addOption(json())
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/check.js")).check(file, options);
    });
}
