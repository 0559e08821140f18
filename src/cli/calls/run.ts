import type { Command } from "commander";
import { running } from "./forms.js";

export function declareRun(program: Command): void {
  running(program, "run", "run what a file declares and isn't kept yet, and check its claims")
    .addHelpText(
      "after",
      `
Exit code: 0 if every step has its result and every claim holds, 1 if not,
2 for an error in the file or the call, 130 after Ctrl-C. A run that was cut
off goes on where it stopped.`,
    )
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/run.js")).run(file, options);
    });
}
