/**
 * `import "models.cflow"`: what another file declares, as if it stood in this one. Each file is read
 * once, however often it is imported, so that files may import each other. Names are relative to the
 * folder of the file in which they are written.
 */
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { error, type Report } from "../codes.js";
import type { Source } from "../diagnostic.js";
import type { readText } from "../read-text.js";
import { parse } from "../syntax/parse.js";
import type { Declaration, ImportDeclaration, SyntaxTree } from "../syntax/tree.js";

export interface Texts {
  /** Of all files: the declarations of an imported one stand where it is imported. */
  readonly tree: SyntaxTree;
  /** The first file, then the others in the order in which they are met. */
  readonly sources: readonly Source[];
  /** The folder that paths in a text are relative to; of an override, the first file's. */
  directoryOf(source: Source): string;
}

/**
 * @param directory  the folder of `source`
 * @param readFile   gives the texts of others
 */
export function parseAll(
  source: Source,
  directory: string,
  readFile: typeof readText,
  report: Report,
): Texts {
  const directories = new Map<Source, string>();
  const known = new Set([resolve(directory, basename(source.name))]);
  const lost = new Set<string>();
  let nameless = false;

  function read(from: Source, folder: string): Declaration[] {
    directories.set(from, folder);
    const tree = parse(from, report);
    for (const name of tree.lost) lost.add(name);
    nameless ||= tree.nameless;
    return tree.declarations.flatMap((each) =>
      each.form === "import" ? [each, ...imported(each, from, folder)] : [each],
    );
  }

  function imported({ path, span }: ImportDeclaration, from: Source, folder: string) {
    const file = resolve(folder, path);
    if (known.has(file)) return [];
    known.add(file);
    const text = readFile(file, path);
    if (typeof text === "string") {
      const name = isAbsolute(path) ? path : join(dirname(from.name), path);
      return read({ name, text }, dirname(file));
    }
    report(error("CF1603", span, text.misfit, { help: text.help }));
    // What it would have declared is not known.
    nameless = true;
    return [];
  }

  const declarations = read(source, directory);
  return {
    tree: { source, declarations, lost, nameless },
    sources: [...directories.keys()],
    directoryOf: (each) => directories.get(each) ?? directory,
  };
}
