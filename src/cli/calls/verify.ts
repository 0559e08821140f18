import type { Command } from "commander";
import { bare, planned } from "./forms.js";
import { json } from "./options.js";

export function declareVerify(program: Command): void {
  planned(
    bare(
      program,
      "verify",
      "read all kept results, or those of a file, and find what is damaged",
    ).argument("[file]", "a .cflow file (default: everything in the cache)"),
  )
    .option("--repair", "move damaged results aside, for the next run to compute them again")
    .addOption(json())
    .addHelpText(
      "after",
      "\nExit code: 1 if anything is damaged. Nothing is changed without --repair.",
    )
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/verify.js")).verify(file, options);
    });
}
