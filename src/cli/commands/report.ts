/** `cflow report`: what is kept of a file as a page, or several files and runs over each other. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { comparisonOf } from "../../report/comparison.js";
import { type Family, picturedFamily } from "../../report/family.js";
import { figureSvg } from "../../report/figure-svg.js";
import { readAssets } from "../../report/page/assets.js";
import { reportPage } from "../../report/page/document.js";
import type { Report, Subject } from "../../report/page/report.js";
import { subjectOf } from "../../report/subject.js";
import type { Cache } from "../../runtime/layout.js";
import { StepFailure } from "../../runtime/step.js";
import { openInBrowser } from "../browser.js";
import { reading } from "../damaged.js";
import { CallError, exitCodes } from "../exit.js";
import { printJson } from "../json.js";
import { planDrawing } from "../plan-drawing.js";
import { type OpenedSide, openSide, type SideOptions } from "../sides.js";
import { colorsFor, showBytes } from "../terminal.js";

export interface ReportCommandOptions extends SideOptions {
  readonly cache: string;
  readonly out?: string;
  readonly open?: boolean;
}

export async function report(
  names: readonly string[],
  options: ReportCommandOptions,
): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const sides = names.map((name) => openSide(name, cache, options));
  if (!sides.every((side) => side !== undefined)) return exitCodes.badCall;
  const made = await gathered(sides, cache);
  const assets = readAssets(new URL("../../report/page/client/", import.meta.url));
  const draw = (family: Family) => figureSvg(picturedFamily(family));
  const page = reportPage(made, { assets, draw });
  const path = options.out ?? `${made.title.replaceAll(/[^\w.-]+/g, "-")}.html`;
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new StepFailure(`cannot write '${path}': ${(error as Error).message}`);
  }
  tell(made, path, Buffer.byteLength(page), options);
  if (options.open) await openInBrowser(pathToFileURL(resolve(path)).href);
  return exitCodes.success;
}

async function gathered(sides: readonly OpenedSide[], cache: Cache): Promise<Report> {
  const subjects: Subject[] = [];
  for (const opened of sides) subjects.push(await gather(opened, cache));
  const title = sides.map((side) => side.title).join(" and ");
  if (sides.length > 1) {
    const comparison = comparisonOf(
      subjects,
      sides.map(({ side }) => side),
    );
    return { title, subjects, comparison };
  }
  const plan = await planDrawing(sides[0]!.reading!, cache);
  return { title, subjects: [{ ...subjects[0]!, plan }] };
}

async function gather(opened: OpenedSide, cache: Cache): Promise<Subject> {
  const { compared, side, reading: meaning, run } = opened;
  if (!meaning) {
    throw new CallError(
      `the text of ${compared.name} means nothing any more`,
      "its data may be gone, or the language has changed; name its file",
    );
  }
  return reading(`a kept result of ${compared.name}`, compared.command ?? "cflow run FILE", () =>
    subjectOf({ ...compared, side, reading: meaning, ...(run && { run }) }, cache),
  );
}

function tell(
  { subjects }: Report,
  path: string,
  bytes: number,
  { json }: ReportCommandOptions,
): void {
  const lacking = subjects.filter((subject) => subject.lacking.length > 0);
  if (json) {
    const missing = lacking.map(({ name, lacking: steps }) => ({ name, steps }));
    printJson({ event: "report", path, bytes, lacking: missing });
    return;
  }
  process.stdout.write(`wrote ${path}, ${showBytes(bytes)}\n`);
  const c = colorsFor(process.stderr);
  for (const { name, command, lacking: steps } of lacking) {
    const help = command === undefined ? "" : `\n  ${c.cyan("help:")} ${command} computes them`;
    process.stderr.write(`${name} has no results of ${steps.join(", ")}${help}\n`);
  }
}
