import { type Command, Option } from "commander";
import { bare } from "./forms.js";
import { folder } from "./options.js";

export function declareFetch(program: Command): void {
  bare(program, "fetch", "bring the published files of a dataset")
    .argument("<dataset>", "its name, such as cifar10")
    .addOption(
      new Option("--to <dir>", "the folder to put them in").argParser(folder).makeOptionMandatory(),
    )
    .option("--from <url>", "a mirror: the address of a folder that has the same files")
    .addHelpText("after", "\nFiles are kept only if their size and SHA-256 are the published ones.")
    .action(async (dataset, options) => {
      process.exitCode = await (await import("../commands/fetch.js")).fetch(dataset, options);
    });
}
