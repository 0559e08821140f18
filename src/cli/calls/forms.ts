/** What forms of commands have in common. */
import { Argument, type Command, Option } from "commander";
import { defaults } from "../rerun.js";
import { cache, collect, engine, file, json, positiveInteger, seconds, set } from "./options.js";

export function bare(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .showHelpAfterError(`(see cflow ${name} --help)`);
}

/** What is about one file. */
export function command(program: Command, name: string, description: string): Command {
  return bare(program, name, description).addArgument(file());
}

/** Adds the options that decide a plan and what is kept of it. */
export function planned(command: Command): Command {
  return command.addOption(set()).addOption(cache()).addOption(engine().default(defaults.engine));
}

/** What runs a file, as often as it may. */
export function running(program: Command, name: string, description: string): Command {
  return planned(command(program, name, description))
    .option(
      "--threads <n>",
      "threads of all workers together (default: one a core)",
      positiveInteger,
    )
    .option(
      "--workers <n>",
      "processes that compute at once (default: one a core)",
      positiveInteger,
    )
    .addOption(
      new Option(
        "--checkpoint <seconds>",
        "save running trajectories so often (default: 5)",
      ).argParser(seconds),
    )
    .addOption(
      new Option("--only <step>", "run this step and what it needs, no other; may be repeated")
        .argParser(collect)
        .default([], "all"),
    )
    .option("--open", "open a page in the browser on which values arrive, while it runs")
    .addOption(json());
}

/** What is about results: of a file, or without one of the newest runs. */
export function resultCommand(
  program: Command,
  name: string,
  description: string,
  what: string,
): Command {
  return bare(program, name, description)
    .usage(`[options] [file] ${what}`)
    .addArgument(new Argument("<names...>", `a .cflow file, and ${what}`))
    .addOption(set())
    .addOption(cache())
    .addOption(engine());
}
