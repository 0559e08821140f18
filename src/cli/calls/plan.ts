import type { Command } from "commander";
import { command, planned } from "./forms.js";
import { json } from "./options.js";

export function declarePlan(program: Command): void {
  planned(command(program, "plan", "say what a run would do, and why"))
    .addOption(json())
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/plan.js")).plan(file, options);
    });
}
