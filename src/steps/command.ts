/** Runs a user's own program on copies of what it reads, and keeps what it makes and prints. */
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandEntry, commandSettings, seriesOutput } from "../programs/command.js";
import { execute } from "../programs/execute.js";
import { filled, outPlace } from "../programs/placeholders.js";
import { type StepContext, StepFailure } from "../runtime/step.js";
import { assertUnchanged } from "./unchanged.js";

export async function run(context: StepContext): Promise<void> {
  const { inputs, out, local, signal } = context;
  const settings = commandSettings.parse(local.settings);
  const directory = local.directory as string;
  const scratch = out.scratch();
  const folders = new Map(
    [...Object.keys(inputs), outPlace].map((name) => [name, join(scratch, name)]),
  );
  for (const folder of folders.values()) mkdirSync(folder);
  for (const [name, stage] of Object.entries(inputs)) await stage.copyTo(folders.get(name)!);

  const [program, ...given] = settings.run.map((each) =>
    filled(each, (name) => folders.get(name)!),
  );
  const { time_limit: timeLimit } = settings;
  await execute({
    program: program!,
    arguments: given,
    directory,
    outputFolder: scratch,
    signal,
    ...(timeLimit !== undefined && { timeLimit }),
  });
  for (const name of settings.outputs) {
    const path = join(folders.get(outPlace)!, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found)
      throw new StepFailure(
        `'${program}' made no '${name}'`,
        "it has to write all of `outputs` to `{out}`",
      );
    if (!found.isFile())
      throw new StepFailure(`'${program}' made '${name}', which is no plain file`);
    if (name === seriesOutput && settings.series.length > 0) {
      await checkSeries(path, settings.series);
    }
    await out.file(name, path);
  }
  for (const name of ["stdout.txt", "stderr.txt"]) await out.file(name, join(scratch, name));
  assertUnchanged(commandEntry.identity(settings, directory), context.parameters);
}

/** @throws StepFailure unless the file holds columns of numbers of these names */
async function checkSeries(path: string, names: readonly string[]): Promise<void> {
  const { readSeries } = await import("../runtime/arrow/series.js");
  const form = "write Arrow's file format, uncompressed, with columns of type float64 or int32";
  const columns = (() => {
    try {
      return readSeries(readFileSync(path)).columns;
    } catch (error) {
      throw new StepFailure(`'${seriesOutput}' holds no series: ${(error as Error).message}`, form);
    }
  })();
  for (const name of names) {
    const type = columns.find((each) => each.name === name)?.type;
    if (type === undefined) {
      const known = columns.map((each) => `'${each.name}'`).join(", ");
      throw new StepFailure(`'${seriesOutput}' has no column '${name}', only ${known}`);
    }
    if (type === "list<float64>") {
      throw new StepFailure(`column '${name}' of '${seriesOutput}' holds lists`, form);
    }
  }
}
