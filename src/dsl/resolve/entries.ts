/** What a flow's entries are: references, settings, processes and blocks share one space of names. */
import { error } from "../codes.js";
import type { Diagnostic } from "../diagnostic.js";
import { suggestion } from "../suggest.js";
import type { FlowDeclaration, Entry as Written } from "../syntax/tree.js";
import type { ProcessEntry, Vocabulary } from "../vocabulary.js";
import type { Context } from "./context.js";
import { duplicate, type Given } from "./settings.js";

/** What a flow must refer to, with an example of each; a landscape stands for the first three. */
export const required = { dataset: "digits", model: "mlp", loss: "mse", optimizer: "gd" };
export const supervision: readonly string[] = ["dataset", "model", "loss"];
const references: readonly string[] = [...Object.keys(required), "landscape", "weights"];

export interface Sorted {
  /** References by name; one without a value had none in the text either. */
  readonly references: ReadonlyMap<string, Written>;
  readonly settings: readonly Given[];
  readonly processes: readonly { readonly entry: ProcessEntry; readonly written: Written }[];
  readonly blocks: ReadonlyMap<string, Written>;
  /** Whether every entry has the form that its kind needs. */
  readonly sound: boolean;
  /** Whether an entry is none of these, so that what seems to be absent may be misspelt. */
  readonly misnamed: boolean;
}

type Kind = "reference" | "setting" | "process" | "block";

function kindOf(vocabulary: Vocabulary, name: string): Kind | undefined {
  if (references.includes(name)) return "reference";
  if (Object.hasOwn(vocabulary.flow.shape, name)) return "setting";
  if (vocabulary.processes.some((entry) => entry.name === name)) return "process";
  return vocabulary.blocks.some((entry) => entry.name === name) ? "block" : undefined;
}

export function sortEntries(context: Context, { name, block, broken }: FlowDeclaration): Sorted {
  const { vocabulary, report } = context;
  const found = new Map<string, { readonly kind: Kind; readonly written: Written }>();
  let sound = true;
  let misnamed = false;
  const refuse = (diagnostic: Diagnostic) => {
    sound = false;
    report(diagnostic);
  };

  const entries = [...block.entries];
  for (let entry = entries.shift(); entry !== undefined; entry = entries.shift()) {
    const { text } = entry.name;
    const kind = kindOf(vocabulary, text);
    const earlier = found.get(text);
    if (kind === undefined) {
      misnamed = true;
      refuse(unknown(vocabulary, name!.text, entry, block.entries));
      continue;
    }
    if (earlier !== undefined) {
      refuse(duplicate(entry.name, earlier.written.name.span));
      continue;
    }
    found.set(text, { kind, written: entry });
    const takesValue = kind === "reference" || kind === "setting";
    if (takesValue && entry.value === undefined) {
      const [next] = entries;
      if (
        isBare(entry) &&
        next !== undefined &&
        isBare(next) &&
        !kindOf(vocabulary, next.name.text)
      ) {
        refuse(withoutEquals(entry, next));
        entries.shift();
      } else if (broken) {
        // After an error of the parser a value may only seem to be missing.
        sound = false;
      } else refuse(wrongForm(entry, `\`${text}\` has no value`, `write \`${text} = …\``));
    } else if (!takesValue && entry.value !== undefined) {
      const message = `\`${text}\` is a ${kind} and takes no value`;
      refuse(wrongForm(entry, message, `write \`${text} { … }\``));
    }
  }

  const of = (kind: Kind) =>
    [...found.values()].filter((each) => each.kind === kind).map(({ written }) => written);
  return {
    references: new Map(of("reference").map((written) => [written.name.text, written])),
    settings: of("setting").map(({ name, value, span }) => ({
      name,
      expression: value ?? { form: "missing", span },
    })),
    processes: of("process").map((written) => ({
      entry: vocabulary.processes.find((entry) => entry.name === written.name.text)!,
      written,
    })),
    blocks: new Map(of("block").map((written) => [written.name.text, written])),
    sound,
    misnamed,
  };
}

function isBare({ value, block }: Written): boolean {
  return value === undefined && block === undefined;
}

function wrongForm({ name }: Written, message: string, help: string): Diagnostic {
  return error("CF1307", name.span, message, { help });
}

/** `dataset digits`: two bare names, of which the second is the first one's value. */
function withoutEquals({ name }: Written, next: Written): Diagnostic {
  const { source, start } = next.name.span;
  return error("CF1307", name.span, `\`${name.text}\` has no value`, {
    help: `write \`${name.text} = ${next.name.text}\``,
    fix: { title: "insert `=`", span: { source, start, end: start }, replacement: "= " },
  });
}

function unknown(
  { flow, blocks, processes }: Vocabulary,
  flowName: string,
  { name }: Written,
  written: readonly Written[],
): Diagnostic {
  const names = [
    ...references,
    ...Object.keys(flow.shape),
    ...blocks.map((entry) => entry.name),
    ...processes.map((entry) => entry.name),
  ];
  const free = names.filter((each) => !written.some((other) => other.name.text === each));
  return error(
    "CF1301",
    name.span,
    `flow \`${flowName}\` has no setting, block or process \`${name.text}\``,
    suggestion(
      name.text,
      name.span,
      free,
      `a flow has ${names.map((each) => `\`${each}\``).join(", ")}`,
    ),
  );
}
