/** Every pipeline of the repository means something to the real vocabulary. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";

const folder = new URL("../../pipelines/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".cflow"),
);

test.each(files)("%s", (name) => {
  const file = fileURLToPath(new URL(name, folder));
  const text = readFileSync(file, "utf8");
  const { program, diagnostics } = check({ name, text }, vocabulary, { directory: dirname(file) });
  expect(renderDiagnostics(diagnostics)).toBe("");
  expect(program!.claims.length).toBeGreaterThan(0);
});
