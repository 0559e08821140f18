import type { Command } from "commander";
import { bare } from "./forms.js";
import { cache, json } from "./options.js";

export function declareDoctor(program: Command): void {
  bare(program, "doctor", "say what this machine has to offer, and how the cache is")
    .addOption(cache())
    .addOption(json())
    .addHelpText(
      "after",
      "\nExit code: 1 if the engine onnx can't be opened, or the cache can't be written or has broken results.",
    )
    .action(async (options) => {
      process.exitCode = await (await import("../commands/doctor.js")).doctor(options);
    });
}
