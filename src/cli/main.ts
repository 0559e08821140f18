/** The command line: calls a command, and tells what went wrong. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { StepFailure } from "../runtime/step.js";
import { calls } from "./calls/index.js";
import { CallError, exitCodes } from "./exit.js";

const { version, description } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string; description: string };

const program = new Command("cflow")
  .description(description)
  .version(version)
  .exitOverride()
  .showHelpAfterError("(see cflow --help)")
  // As their own help has it: some take a file or do without.
  .configureHelp({ subcommandTerm: (each) => `${each.name()} ${each.usage()}` })
  .addHelpText("after", "\nTo begin with: cflow run pipelines/quickstart.cflow");

for (const declare of calls) declare(program);

for (const stream of [process.stdout, process.stderr]) stream.on("error", lost);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Output that nobody reads any more, as after `head`, is not missed; a full disk is told of. */
function lost(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  process.stderr.write(`error: cannot write the output: ${error.message}\n`);
  process.exit(exitCodes.failure);
}

/** Turns what went wrong into a message on standard error and an exit code. */
function report(error: unknown): number {
  if (error instanceof CallError || error instanceof StepFailure) {
    const help = error.help ? `\n  help: ${error.help}` : "";
    process.stderr.write(`error: ${error.message}${help}\n`);
    return error instanceof CallError ? exitCodes.badCall : exitCodes.failure;
  }
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.success : exitCodes.badCall;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  return exitCodes.failure;
}
