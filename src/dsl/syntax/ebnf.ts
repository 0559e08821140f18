/** The grammar in readable form, from the parser itself, so that the two cannot disagree. */
import type { ISerializedGast } from "chevrotain";
import { Parser, unknownRule } from "./parser.js";

/** The parts of a serialized production that are read here. */
interface Production extends ISerializedGast {
  readonly name?: string;
  readonly label?: string;
  readonly separator?: Production;
}

const preface = `(* The grammar of .cflow files, written from the parser by \`npm run grammar\`.

   name      letters, digits and "_", not beginning with a digit, and none of the keywords
             import param sweep dataset layer model optimizer landscape flow command expect
             plot true false
   number    1000   0.02   .5   2e-5
   string    "text" on one line, with the escapes \\" \\\\ \\n \\t \\r
   comments  // to the end of the line, or between /* and */

   "^" binds tighter than a sign before it and groups to the right; other operators to the left.
   White space and comments may stand between any two tokens and mean nothing. What an expression
   may be (a chain of layers, a formula, a value, a claim about series) depends on where it
   stands. *)
`;

const terminals: Readonly<Record<string, string>> = {
  "a name": "name",
  "a number": "number",
  "a string": "string",
};

export function ebnf(): string {
  const rules = new Parser(true).getSerializedGastProductions() as Production[];
  const written = rules.filter(({ name }) => !name!.startsWith(unknownRule));
  const width = Math.max(...written.map(({ name }) => name!.length));
  const lines = written.map((rule) => {
    const alternatives = split(rule).map((each) => sequence(each));
    const separator = `\n${" ".repeat(width)} | `;
    return `${rule.name!.padEnd(width)} = ${alternatives.join(separator)} ;`;
  });
  return `${preface}\n${lines.join("\n")}\n`;
}

/** The alternatives of a rule that is nothing but a choice, each on its own line. */
function split(rule: Production): Production[][] {
  const [only, ...others] = parts(rule);
  if (only?.type !== "Alternation" || others.length > 0) return [parts(rule)];
  return parts(only)
    .map(parts)
    .filter((each) => !isUnknown(each));
}

function parts({ definition }: Production): Production[] {
  return (definition ?? []) as Production[];
}

function isUnknown(definition: readonly Production[]): boolean {
  return definition.some(({ type, name }) => type === "NonTerminal" && name === unknownRule);
}

function sequence(definition: readonly Production[]): string {
  return definition.map(part).join(" ");
}

function part(production: Production): string {
  const inner = () => sequence(parts(production));
  switch (production.type) {
    case "NonTerminal":
      return production.name!;
    case "Terminal":
      return terminal(production);
    case "Option":
      return `[ ${inner()} ]`;
    case "Repetition":
      return `{ ${inner()} }`;
    case "RepetitionMandatory":
      return `${inner()} { ${inner()} }`;
    case "RepetitionWithSeparator":
      return `[ ${inner()} { ${terminal(production.separator!)} ${inner()} } ]`;
    case "Alternation":
      return choice(parts(production).map((each) => sequence(parts(each))));
    default:
      throw new Error(`no EBNF for ${production.type}`);
  }
}

function choice(alternatives: readonly string[]): string {
  return `( ${alternatives.join(" | ")} )`;
}

function terminal({ label }: Production): string {
  return terminals[label!] ?? label!.replace(/^`(.*)`$/, '"$1"');
}
