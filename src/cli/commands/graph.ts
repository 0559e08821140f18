/** `cflow graph`: the plan as a drawing, with what a run would do. */
import { writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import type { GraphForm } from "../../drawing/forms.js";
import { type Picture, pictureOf } from "../../drawing/picture.js";
import type { EngineName } from "../../engine/objective.js";
import { plan } from "../../plan/staleness.js";
import { StepFailure } from "../../runtime/step.js";
import { placeOf } from "../describe.js";
import { exitCodes } from "../exit.js";
import { type FileOptions, load, planOf } from "../load.js";
import { outlineOf } from "../outline.js";

export interface GraphCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
  /** Told by the file's name if it isn't given. */
  readonly as?: GraphForm;
  readonly out?: string;
}

export async function graph(file: string, options: GraphCommandOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const planned = plan(planOf(program, options.engine), { root: resolve(options.cache) });
  const flows = program.flows.map(({ name }) => name);
  const { out } = options;
  const form = options.as ?? formOf(out);
  const text = await drawn(pictureOf(planned, flows), form, file, out !== undefined);
  if (out === undefined) {
    process.stdout.write(text);
    return exitCodes.success;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new StepFailure(`cannot write '${out}': ${(error as Error).message}`);
  }
  return exitCodes.success;
}

function formOf(out: string | undefined): GraphForm {
  switch (extname(out ?? "")) {
    case ".svg":
      return "svg";
    case ".dot":
    case ".gv":
      return "dot";
    case ".mmd":
    case ".mermaid":
      return "mermaid";
    default:
      return "terminal";
  }
}

async function drawn(
  picture: Picture,
  form: GraphForm,
  title: string,
  toFile: boolean,
): Promise<string> {
  switch (form) {
    case "svg":
      return (await import("../../drawing/svg.js")).svgOf(picture, title);
    case "dot":
      return (await import("../../drawing/dot.js")).dotOf(picture, title);
    case "mermaid":
      return (await import("../../drawing/mermaid.js")).mermaidOf(picture);
    case "terminal":
      return `${outlineOf(picture, placeOf(toFile ? {} : process.stdout)).join("\n")}\n`;
  }
}
