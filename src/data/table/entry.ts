/** `table { train = "train.csv"  target = "species" }`: examples from CSV, Arrow or Parquet files. */
import { z } from "zod";
import { isMisfit, pathSetting } from "../../dsl/vocabulary.js";
import { binarySetting } from "../classes.js";
import type { DatasetKind } from "../examples.js";
import { identityOf } from "../file.js";
import { arrange } from "./arrange.js";

const names = z.array(z.string()).min(1);

const settings = z.strictObject({
  train: pathSetting(
    "Training examples, one a row: a file .csv or .tsv, whose first line names the columns, " +
      ".arrow (or .feather, .ipc, .arrows), or .parquet.",
  ),
  test: pathSetting("Test examples, with the same columns.").optional(),
  target: z
    .union([z.string(), names], { error: "expected the name of a column, or a list of names" })
    .describe(
      "Column of the targets: integers, booleans or text are labels, whose classes are in sorted " +
        "order; floats are the values of a regression, for which it may be a list of columns.",
    ),
  features: names.optional().describe("Columns of the inputs; all others if left out."),
  regression: z.boolean().default(false).describe("Integers are values to predict, not labels."),
  binary: binarySetting.default(false),
});
export type TableSettings = z.infer<typeof settings>;

export const table: DatasetKind = {
  name: "table",
  doc: "Examples from your own CSV, Arrow or Parquet files, a column a feature.",
  settings,
  positional: [],
  describe(given) {
    const arrangement = arrange(settings.parse(given));
    return isMisfit(arrangement) ? arrangement : arrangement.description;
  },
  identity(given) {
    const { train, test, ...rest } = settings.parse(given);
    return {
      ...rest,
      train: identityOf(train),
      ...(test === undefined ? {} : { test: identityOf(test) }),
    };
  },
  async load(given) {
    const arrangement = arrange(settings.parse(given));
    if (isMisfit(arrangement)) return arrangement;
    const { loadTable } = await import("./load.js");
    return loadTable(arrangement);
  },
};
