/** The command line: what there is to call. Each command loads when it is called. */
import { readFileSync } from "node:fs";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { graphForms } from "../drawing/forms.js";
import { engineNames } from "../engine/objective.js";
import { figureForms } from "../report/forms.js";
import { exportFormats } from "../results/formats.js";
import { StepFailure } from "../runtime/step.js";
import { CallError, exitCodes } from "./exit.js";
import { defaults } from "./rerun.js";

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

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError("Expected a positive number of seconds.");
  }
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError("Expected a number of days.");
  }
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("Expected a whole number.");
  }
  return value;
}

function folder(text: string): string {
  if (text === "") throw new InvalidArgumentError("Expected the path of a folder.");
  return text;
}

const file = () => new Argument("<file>", "a .cflow file");
const set = () =>
  new Option("--set <name=value>", "set a param of the file; may be repeated")
    .argParser(collect)
    .default([], "none");
const cache = () =>
  new Option("--cache <dir>", "where results are kept")
    .argParser(folder)
    .env("CFLOW_CACHE")
    .default(defaults.cache);
const engine = () => new Option("--engine <name>", "what computes tensors").choices(engineNames);
const json = () => new Option("--json", "one JSON object a line, for scripts");

const program = new Command("cflow")
  .description(description)
  .version(version)
  .exitOverride()
  .showHelpAfterError("(see cflow --help)")
  .addHelpText("after", "\nTo begin with: cflow run pipelines/quickstart.cflow");

const bare = (name: string, description: string) =>
  program.command(name).description(description).showHelpAfterError(`(see cflow ${name} --help)`);
const command = (name: string, description: string) => bare(name, description).addArgument(file());

/** What runs a file, as often as it may. */
const running = (name: string, description: string) =>
  command(name, description)
    .addOption(set())
    .addOption(cache())
    .addOption(engine().default(defaults.engine))
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

running("run", "run what a file declares and isn't kept yet, and check its claims")
  .addHelpText(
    "after",
    `
Exit code: 0 if every step has its result and every claim holds, 1 if not,
2 for an error in the file or the call, 130 after Ctrl-C. A run that was cut
off goes on where it stopped.`,
  )
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/run.js")).run(file, options);
  });

running("watch", "run a file, and again whenever it or a file that it reads is saved")
  .addHelpText(
    "after",
    `
A change stops what runs at a checkpoint; steps that it doesn't concern go on
from there. Ctrl-C ends.`,
  )
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/watch.js")).watch(file, options);
  });

command("plan", "say what a run would do, and why")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .addOption(json())
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/plan.js")).plan(file, options);
  });

command("why", "say why one step would run again, or by what it was made")
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
    process.exitCode = await (await import("./commands/why.js")).why(file, step, options);
  });

program
  .command("log")
  .description("list the runs that were made, or show one of them whole")
  .showHelpAfterError("(see cflow log --help)")
  .argument(
    "[file-or-run]",
    "a file, to list its runs; or a run: its id, a beginning of it, or last",
  )
  .option("-n, --count <n>", "how many runs to list", positiveInteger, 20)
  .addOption(cache())
  .addOption(json())
  .addHelpText(
    "after",
    `
Newest first: id, when it began, how it ended, how long it took, the file with
what was set, the git commit, what became of the steps, and of the claims. A run
whose process is gone counts as interrupted.`,
  )
  .action(async (what, options) => {
    process.exitCode = await (await import("./commands/log.js")).log(what, options);
  });

program
  .command("diff")
  .description("compare two files, two runs, or a run and a file: settings, results and claims")
  .showHelpAfterError("(see cflow diff --help)")
  .argument("<a>", "a .cflow file, or a run: its id, a beginning of it, or last")
  .argument("<b>", "another")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .addOption(json())
  .addHelpText(
    "after",
    `
Results of a file are those that the cache has for it. Series are compared over
the rows that both have; a difference is relative to the largest magnitude there.
--set and --engine apply to files.`,
  )
  .action(async (a, b, options) => {
    process.exitCode = await (await import("./commands/diff.js")).diff(a, b, options);
  });

command("check", "report every error of a file, or the models and landscapes that it resolves to")
  .addOption(set())
  .addOption(json())
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/check.js")).check(file, options);
  });

/** Commands about results take them from a file, or without one from the newest runs. */
const resultCommand = (name: string, description: string, what: string) =>
  program
    .command(name)
    .description(description)
    .showHelpAfterError(`(see cflow ${name} --help)`)
    .usage(`[options] [file] ${what}`)
    .addArgument(new Argument("<names...>", `a .cflow file, and ${what}`))
    .addOption(set())
    .addOption(cache())
    .addOption(engine());

resultCommand("show", "describe a result, sum up its series and draw them", "<step>[.<series>]...")
  .option("--log", "draw on a logarithmic scale")
  .addOption(
    new Option("--last <n>", "only the last rows of series")
      .argParser(positiveInteger)
      .conflicts(["from", "to"]),
  )
  .option("--from <row>", "only rows of series from this one", wholeNumber)
  .option("--to <row>", "only rows before this one", wholeNumber)
  .addOption(json())
  .addHelpText(
    "after",
    `
Without a file, results are those of the newest run that has the step. Of a step
it tells how it came to be and sums up its files; series are drawn, several in one
plot: cflow show eos.discrete.train_loss eos.central.predicted_loss. A component of
a spectrum is eos.central.effective_eigenvalues[0].`,
  )
  .action(async (names, options) => {
    process.exitCode = await (await import("./commands/show.js")).show(names, options);
  });

resultCommand("export", "write a result for other programs", "<step>[.<series>]")
  .addOption(new Option("--to <format>", "format").choices(exportFormats).default("csv"))
  .option("--what <name>", "one of the result's files, such as snapshots")
  .option("--out <path>", "the file to write (default: named by the step)")
  .option("--force", "replace the file if it is there")
  .addHelpText(
    "after",
    `
Series go to standard output as csv, and to a file as parquet, arrow, or one of
them as npy; tensors, such as those of datasets, weights and snapshots, as arrow or
one as npy. What was not measured is empty, null, or in npy NaN. Without a file,
the result is that of the newest run that has the step.`,
  )
  .action(async (names, options) => {
    process.exitCode = await (await import("./commands/export.js")).exportResult(names, options);
  });

command("plot", "draw the figures of a file's flows, or list them")
  .argument("[figures...]", "names of figures, such as loss; without any they are listed")
  .addOption(
    new Option("--to <form>", "form (default: by the name of --out, else svg)").choices(
      figureForms,
    ),
  )
  .option("--out <path>", "the folder to write to (default: this one), or the file of one figure")
  .option("--flow <name>", "only figures of this flow, or of its variants")
  .option("--force", "replace files that are there")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .addOption(json())
  .addHelpText(
    "after",
    `
Files are named by flow and figure, such as eos-loss.svg. --out without a name of
a figure writes all that the kept results suffice for.`,
  )
  .action(async (file, names, options) => {
    process.exitCode = await (await import("./commands/plot.js")).plot(file, names, options);
  });

command("graph", "draw what a file declares, with what a run would do")
  .addOption(
    new Option("--as <form>", "form (default: by the name of --out, else terminal)").choices(
      graphForms,
    ),
  )
  .option("--out <path>", "the file to write, such as graph.svg")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .addHelpText(
    "after",
    `
Steps are cached, to run, to continue, unneeded (nothing that runs reads them) or
damaged (to be made again). Names of --out that end in .svg, .dot, .gv, .mmd or
.mermaid tell the form.`,
  )
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/graph.js")).graph(file, options);
  });

program
  .command("report")
  .description("write what is kept as a page: figures, claims, plan, settings and source")
  .showHelpAfterError("(see cflow report --help)")
  .argument("<what...>", "a .cflow file; or several files or runs, to lay over each other")
  .option("--out <path>", "the file to write (default: named by what is reported)")
  .option("--open", "open it in the browser")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .addOption(json())
  .addHelpText(
    "after",
    `
The page is one HTML file that needs nothing else. It shows what is kept and says
what is lacking; cflow run computes that. A run is named by its id, a beginning of
it, or last. --set and --engine apply to files.`,
  )
  .action(async (names, options) => {
    process.exitCode = await (await import("./commands/report.js")).report(names, options);
  });

bare("verify", "read all kept results, or those of a file, and find what is damaged")
  .argument("[file]", "a .cflow file (default: everything in the cache)")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .option("--repair", "move damaged results aside, for the next run to compute them again")
  .addOption(json())
  .addHelpText(
    "after",
    "\nExit code: 1 if anything is damaged. Nothing is changed without --repair.",
  )
  .action(async (file, options) => {
    process.exitCode = await (await import("./commands/verify.js")).verify(file, options);
  });

bare("gc", "find results that nothing kept refers to, and remove them")
  .argument("[files...]", ".cflow files whose results are kept, as they are now")
  .addOption(cache())
  .option("--older-than <days>", "let go of runs that are older", days, 30)
  .option("--delete", "remove them")
  .addOption(json())
  .addHelpText(
    "after",
    `
Kept are the results of runs that are under way, of those of the last DAYS, of
the newest run of every file with every set of --set options, and of the files
named, with each of these. Unfinished trajectories of these are kept as well.
Nothing is removed without --delete. Records of runs stay.`,
  )
  .action(async (files, options) => {
    process.exitCode = await (await import("./commands/gc.js")).gc(files, options);
  });

command("clean", "find the results of a file, or of some of its steps, and remove them")
  .argument("[steps...]", "steps of it, such as eos.central (default: all)")
  .addOption(set())
  .addOption(cache())
  .addOption(engine().default(defaults.engine))
  .option("--delete", "remove them")
  .addOption(json())
  .addHelpText(
    "after",
    `
Results that other files share are among them. What a run is making now is left
alone. Nothing is removed without --delete.`,
  )
  .action(async (file, steps, options) => {
    process.exitCode = await (await import("./commands/clean.js")).clean(file, steps, options);
  });

bare("doctor", "say what this machine has to offer, and how the cache is")
  .addOption(cache())
  .addOption(json())
  .addHelpText(
    "after",
    "\nExit code: 1 if the engine onnx can't be opened, or the cache can't be written or has broken results.",
  )
  .action(async (options) => {
    process.exitCode = await (await import("./commands/doctor.js")).doctor(options);
  });

bare("fetch", "bring the published files of a dataset")
  .argument("<dataset>", "its name, such as cifar10")
  .addOption(
    new Option("--to <dir>", "the folder to put them in").argParser(folder).makeOptionMandatory(),
  )
  .option("--from <url>", "a mirror: the address of a folder that has the same files")
  .addHelpText("after", "\nFiles are kept only if their size and SHA-256 are the published ones.")
  .action(async (dataset, options) => {
    process.exitCode = await (await import("./commands/fetch.js")).fetch(dataset, options);
  });

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
