import { type Command, Option } from "commander";
import { figureForms } from "../../report/forms.js";
import { command, planned } from "./forms.js";
import { json } from "./options.js";

export function declarePlot(program: Command): void {
  planned(
    command(program, "plot", "draw the figures of a file's flows, or list them")
      .argument("[figures...]", "names of figures, such as loss; without any they are listed")
      .addOption(
        new Option("--to <form>", "form (default: by the name of --out, else svg)").choices(
          figureForms,
        ),
      )
      .option(
        "--out <path>",
        "the folder to write to (default: this one), or the file of one figure",
      )
      .option("--flow <name>", "only figures of this flow, or of its variants")
      .option("--together", "the variants of a flow that a sweep makes in one figure")
      .option("--force", "replace files that are there"),
  )
    .addOption(json())
    .addHelpText(
      "after",
      `
Files are named by flow and figure, such as eos-loss.svg. --out without a name of
a figure writes all that the kept results suffice for.`,
    )
    .action(async (file, names, options) => {
      process.exitCode = await (await import("../commands/plot.js")).plot(file, names, options);
    });
}
