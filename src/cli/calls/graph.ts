import { type Command, Option } from "commander";
import { graphForms } from "../../drawing/forms.js";
import { command, planned } from "./forms.js";

export function declareGraph(program: Command): void {
  planned(
    command(program, "graph", "draw what a file declares, with what a run would do")
      .addOption(
        new Option("--as <form>", "form (default: by the name of --out, else terminal)").choices(
          graphForms,
        ),
      )
      .option("--out <path>", "the file to write, such as graph.svg"),
  )
    .addHelpText(
      "after",
      `
Steps are cached, to run, to continue, unneeded (nothing that runs reads them) or
damaged (to be made again). Names of --out that end in .svg, .dot, .gv, .mmd or
.mermaid tell the form.`,
    )
    .action(async (file, options) => {
      process.exitCode = await (await import("../commands/graph.js")).graph(file, options);
    });
}
