import { type Command, Option } from "commander";
import { exportFormats } from "../../results/formats.js";
import { resultCommand } from "./forms.js";

export function declareExport(program: Command): void {
  resultCommand(program, "export", "write a result for other programs", "<step>[.<series>]")
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
      process.exitCode = await (await import("../commands/export.js")).exportResult(names, options);
    });
}
