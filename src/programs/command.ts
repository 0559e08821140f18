/**
 * `command`: a program of the user's own as a step. Its arguments are a list, and no shell reads them.
 * What decides its results are its arguments, what it reads of other steps, and the contents of its
 * files: those that `files` lists, and those that its arguments name.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { identityOf } from "../data/file.js";
import type { CommandEntry, Misfit, Settings } from "../dsl/vocabulary.js";
import { outPlace, placesIn } from "./placeholders.js";

const reserved = ["stage.json", "stdout.txt", "stderr.txt"];

/** The output that holds a command's series. */
export const seriesOutput = "series.arrow";

const outputName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, "a file's name of letters, digits, `.`, `-` and `_`")
  .refine((name) => !reserved.includes(name), "taken by what is kept of every command");

export const commandSettings = z.strictObject({
  run: z
    .array(z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]))
    .min(1)
    .describe(
      "The program and its arguments: text, numbers or params. `{name}` is the folder of an input's files, `{out}` the one to write to.",
    ),
  files: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Files that it reads besides those that `run` names: when one changes, it is run again.",
    ),
  outputs: z
    .array(outputName)
    .min(1)
    .describe("Names of the files that it writes to `{out}`; each has to be there in the end."),
  series: z
    .array(z.string().min(1))
    .default([])
    .describe(`Columns of numbers in its output \`${seriesOutput}\`, for claims.`),
  time_limit: z.number().positive().optional().describe("Seconds after which it is ended."),
});

export const commandEntry: CommandEntry = {
  settings: commandSettings,
  accepts(given, inputs, directory) {
    const { run, files, outputs, series } = commandSettings.parse(given);
    return (
      placesFit(run, inputs) ??
      filesFit(files, directory) ??
      (series.length > 0 && !outputs.includes(seriesOutput)
        ? {
            misfit: `its series would be in \`${seriesOutput}\`, which is none of its outputs`,
            help: `add "${seriesOutput}" to \`outputs\``,
            setting: "series",
          }
        : undefined)
    );
  },
  identity(given, directory): Settings {
    const { run, files, outputs, series } = commandSettings.parse(given);
    const named = filesNamed(run, files, directory);
    return {
      run,
      outputs: [...outputs].sort(),
      ...(series.length > 0 && { series }),
      files: Object.fromEntries(named.map((name) => [name, identityOf(resolve(directory, name))])),
    };
  },
  series: (given) =>
    commandSettings.parse(given).series.map((name) => ({ name, kind: "scalar", doc: "" })),
};

/** Absolute paths of the files whose contents decide a command's results. */
export function filesOfCommand(given: Settings, directory: string): string[] {
  const { run, files } = commandSettings.parse(given);
  return filesNamed(run, files, directory).map((name) => resolve(directory, name));
}

function filesNamed(run: readonly string[], files: readonly string[], directory: string): string[] {
  const names = [...new Set([...run, ...files])].sort();
  return names.filter((name) => isFile(resolve(directory, name)));
}

function placesFit(run: readonly string[], inputs: readonly string[]): Misfit | undefined {
  const known = [...inputs, outPlace];
  const used = run.flatMap(placesIn);
  const unknown = used.find((name) => !known.includes(name));
  if (inputs.includes(outPlace)) {
    return {
      misfit: `\`{${outPlace}}\` is where it writes, not what it reads`,
      help: "rename the input",
    };
  }
  if (unknown !== undefined) {
    const names = known.map((name) => `\`{${name}}\``).join(", ");
    return {
      misfit: `\`{${unknown}}\` is none of ${names}`,
      help: "name an input, or write braces twice to have them as they are",
      setting: "run",
    };
  }
  const unread = known.find((name) => !used.includes(name));
  return unread === undefined
    ? undefined
    : {
        misfit: `it is not told where \`${unread}\` is`,
        help: `write \`{${unread}}\` in one of the arguments`,
        setting: "run",
      };
}

function filesFit(files: readonly string[], directory: string): Misfit | undefined {
  const absent = files.find((name) => !isFile(resolve(directory, name)));
  return absent === undefined
    ? undefined
    : { misfit: `there is no file '${absent}'`, setting: "files" };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
