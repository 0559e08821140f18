/** Every pipeline of the repository means something to the real vocabulary. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";

const folder = new URL("../../pipelines/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".cflow"),
);

test.each(files)("%s", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { program, diagnostics } = check({ name, text }, vocabulary);
  expect(renderDiagnostics(diagnostics)).toBe("");
  expect(program!.claims.length).toBeGreaterThan(0);
});
