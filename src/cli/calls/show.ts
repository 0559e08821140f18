import { type Command, Option } from "commander";
import { resultCommand } from "./forms.js";
import { json, positiveInteger, wholeNumber } from "./options.js";

export function declareShow(program: Command): void {
  resultCommand(
    program,
    "show",
    "describe a result, sum up its series and draw them",
    "<step>[.<series>]...",
  )
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
      process.exitCode = await (await import("../commands/show.js")).show(names, options);
    });
}
