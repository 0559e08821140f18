/** What declarations use of each other, by the names that stand in them. */
import {
  type Declaration,
  type Definition,
  type Expression,
  visitDeclaration,
} from "../syntax/tree.js";
import type { Declarations } from "./context.js";

/** The names that stand in a declaration, without those of its own parameters. */
export function namesIn(declaration: Declaration): ReadonlySet<string> {
  const own = new Set("parameters" in declaration ? declaration.parameters.map(textOf) : []);
  const found = new Set<string>();
  const see = (part: Expression) => {
    const name =
      part.form === "apply" ? part.name : part.form === "path" ? part.parts[0] : undefined;
    if (name !== undefined && !own.has(name.text)) found.add(name.text);
  };
  visitDeclaration(declaration, see);
  return found;
}

/**
 * The sweeps that a declaration depends on, through whatever it uses. A name that stands for several
 * things in different places counts as all of them.
 */
export function sweepsUsed(
  declarations: Declarations,
  isSwept: (param: Definition) => boolean,
): (declaration: Declaration) => ReadonlySet<string> {
  const { claims, plots, ...tables } = declarations;
  const known = new Map<Declaration, ReadonlySet<string>>();
  const none: ReadonlySet<string> = new Set();
  const sweeps = [...declarations.params.values()].some(isSwept);

  return function used(declaration) {
    if (!sweeps) return none;
    const before = known.get(declaration);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const seen = new Set<Declaration>();
    const open = [declaration];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      if (seen.has(each)) continue;
      seen.add(each);
      // The values of a sweep are made before there are variants.
      if ((each.form === "param" || each.form === "sweep") && isSwept(each)) {
        found.add(each.name!.text);
        continue;
      }
      for (const name of namesIn(each)) {
        for (const table of Object.values(tables)) {
          const other = table.get(name);
          if (other !== undefined) open.push(other);
        }
      }
    }
    known.set(declaration, found);
    return found;
  };
}

function textOf({ text }: { readonly text: string }): string {
  return text;
}
