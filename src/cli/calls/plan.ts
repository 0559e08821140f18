import type { Command } from "commander";
import { defaults } from "../rerun.js";
import { command } from "./forms.js";
import { cache, engine, json, set } from "./options.js";

export function declarePlan(program: Command): void {
  command(program, "plan", "say what a run would do, and why")
    .addOption(set())
    .addOption(cache())
    .addOption(engine().default(defaults.engine))
    .addOption(json())
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/plan.js")).plan(file, options);
    });
}
