import type { Command } from "commander";
import { running } from "./forms.js";

export function declareWatch(program: Command): void {
  running(program, "watch", "run a file, and again whenever it or a file that it reads is saved")
    .addHelpText(
      "after",
      `
A change stops what runs at a checkpoint; steps that it doesn't concern go on
from there. Ctrl-C ends.`,
    )
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/watch.js")).watch(file, options);
    });
}
