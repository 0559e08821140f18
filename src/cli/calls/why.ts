import { type Command, Option } from "commander";
import { engineNames } from "../../engine/objective.js";
import { command } from "./forms.js";
import { cache, json, set } from "./options.js";

export function declareWhy(program: Command): void {
  command(program, "why", "say why one step would run again, or by what it was made")
    .usage("[options] [file] <step>")
    .argument("[step]", "a step of it, such as eos.central; without a file, of the newest run's")
    .addOption(set())
    .addOption(cache())
    .addOption(
      new Option(
        "--engine <name>",
        "what computes tensors (default: that of the run, or onnx)",
      ).choices(engineNames),
    )
    .addOption(json())
    .addHelpText(
      "after",
      `
Shows the settings that changed since the step was last made, with their lines.
Without a file, the file of the newest run that has the step is read again, with
that run's --set and --engine unless others are given.`,
    )
    .action(async (file, step, options) => {
      process.exitCode = await (await import("../commands/why.js")).why(file, step, options);
    });
}
