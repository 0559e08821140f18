/**
 * Every piece of the language that a page shows means something. A fence with a name, as in
 * ` ```cflow first.cflow `, is that file, and one whose name ends with + goes on with it; those
 * without a name make one file a page, as they follow.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";
import { vocabulary as extended } from "./examples/vocabulary.js";
import { csvOfPoints } from "./own-data.js";
import { type Fence, fencesOf, pages, root } from "./pages.js";

const folder = mkdtempSync(join(tmpdir(), "cflow-pages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = pages
  .map((page) => [page, fencesOf(page)] as const)
  .filter(([, fences]) => fences.some(({ language }) => language === "cflow"));

describe.each(written)("%s", (page, fences) => {
  const directory = join(folder, page);
  mkdirSync(directory, { recursive: true });
  symlinkSync(join(root, "pipelines/programs"), join(directory, "programs"));
  writeFileSync(join(directory, "train.csv"), csvOfPoints(60));
  writeFileSync(join(directory, "test.csv"), csvOfPoints(30));
  for (const { language, name, text } of fences) {
    if (language === "cflow" || name === "" || name.includes("/")) continue;
    writeFileSync(join(directory, name), text);
  }

  test.each(versions(fences))("line $line $name", ({ name, text }) => {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const source = { name: `${page}, ${name}`, text };
    const words = page === "docs/extending.md" ? extended : vocabulary;
    const { diagnostics } = check(source, words, { directory });
    expect(renderDiagnostics(diagnostics)).toBe("");
  });
});

/** A file each time that it is complete so far. */
function versions(fences: readonly Fence[]): { name: string; text: string; line: number }[] {
  const texts = new Map<string, string>();
  const all = fences
    .filter(({ language }) => language === "cflow")
    .map(({ name, text, line }) => {
      const file = name.replace(/ ?\+$/, "") || "page.cflow";
      const before = name === "" || name.endsWith("+") ? `${texts.get(file) ?? ""}\n` : "";
      texts.set(file, before + text);
      return { name: file, text: texts.get(file)!, line };
    });
  // The one without a name is a file when the page ends.
  return all.filter(
    ({ name }, i) =>
      name !== "page.cflow" || !all.slice(i + 1).some((later) => later.name === name),
  );
}
