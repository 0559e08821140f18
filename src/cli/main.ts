/** The command line: what there is to call. Each command loads when it is called. */
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { engineNames } from "../engine/objective.js";
import { StepFailure } from "../runtime/step.js";
import { CallError, exitCodes } from "./exit.js";

const { version, description } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string; description: string };

const collect = (value: string, before: string[]) => [...before, value];

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("Expected a positive whole number.");
  }
  return value;
}

const set = () =>
  new Option("--set <name=value>", "set a param of the file; may be repeated")
    .argParser(collect)
    .default([], "none");
const cache = () =>
  new Option("--cache <dir>", "where results are kept").env("CFLOW_CACHE").default(".cflow");
const engine = () =>
  new Option("--engine <name>", "what computes tensors").choices(engineNames).default("onnx");
const json = () => new Option("--json", "one JSON object a line, for scripts");

const program = new Command("cflow")
  .description(description)
  .version(version)
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .showHelpAfterError("(see cflow --help)");

program
  .command("run")
  .description("run what a file declares and isn't kept yet, and check its claims")
  .argument("<file>", "a .cflow file")
  .addOption(set())
  .addOption(cache())
  .addOption(engine())
  .option("--threads <n>", "threads of all workers together (default: one a core)", positiveInteger)
  .option("--workers <n>", "processes that compute at once (default: one a core)", positiveInteger)
  .addOption(json())
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/run.js")).run(file, options);
  });

program
  .command("plan")
  .description("say what a run would do, and why")
  .argument("<file>", "a .cflow file")
  .addOption(set())
  .addOption(cache())
  .addOption(engine())
  .addOption(json())
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/plan.js")).plan(file, options);
  });

program
  .command("check")
  .description("report every error of a file, or the models that it resolves to")
  .argument("<file>", "a .cflow file")
  .addOption(set())
  .addOption(json())
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/check.js")).check(file, options);
  });

program
  .command("export")
  .description("print a series that was computed")
  .argument("<file>", "a .cflow file")
  .argument("<step>", "a step of it, such as eos.central")
  .addOption(new Option("--to <format>", "format").choices(["csv"]).default("csv"))
  .addOption(set())
  .addOption(cache())
  .addOption(engine())
  .action(async (file, step, options) => {
    process.exitCode = await (await import("./commands/export.js")).exportStep(file, step, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Turns what went wrong into a message on standard error and an exit code. */
function report(error: unknown): number {
  if (error instanceof CallError) {
    process.stderr.write(`error: ${error.message}\n`);
    return exitCodes.badCall;
  }
  if (error instanceof StepFailure) {
    const help = error.help ? `\n  help: ${error.help}` : "";
    process.stderr.write(`error: ${error.message}${help}\n`);
    return exitCodes.failure;
  }
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof Error && "exitCode" in error && "code" in error) {
    return error.exitCode === 0 ? exitCodes.success : exitCodes.badCall;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  return exitCodes.failure;
}
