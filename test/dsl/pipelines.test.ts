/** Every pipeline of the repository means something to the real vocabulary, and says what it is. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { testFiles, trainFiles } from "../../src/data/cifar10/records.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";
import { temporaryFolder } from "../data/folder.js";

const folder = fileURLToPath(new URL("../../pipelines/", import.meta.url));
const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".cflow"),
);
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

/** Files that others import declare no flows, so they have nothing to claim. */
const declaresFlows = (name: string) => /^(flow|command)\b/m.test(textOf(name));
const byHand = all.filter((name) => name.startsWith(join("paper", "full")));
const reduced = all.filter((name) => dirname(name) === "paper");

function checked(name: string, overrides: readonly string[] = []) {
  const directory = dirname(join(folder, name));
  return check({ name, text: textOf(name) }, vocabulary, { directory, overrides });
}

test.each(all.filter((name) => !byHand.includes(name)))("%s", (name) => {
  const { program, diagnostics } = checked(name);
  expect(renderDiagnostics(diagnostics)).toBe("");
  if (declaresFlows(name)) expect(program!.claims.length).toBeGreaterThan(0);
});

test.each(all.filter((name) => name.startsWith("paper")))("%s says what it shows", (name) => {
  const [head] = textOf(name).split("\n\n");
  const lines = head!.split("\n");
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => !line.startsWith("//"))).toEqual([]);
});

test.each(reduced.filter(declaresFlows))(
  "%s names the figures it is after, and its time",
  (name) => {
    const head = textOf(name)
      .split("\n\n")[0]!
      .replaceAll(/\n\/\/ ?/g, " ");
    expect(head).toMatch(/\bAfter .* paper's site\b/);
    expect(head).toMatch(/Takes [^.]*\b(seconds?|minutes?)\b/);
    expect(head).not.toContain("TIME");
  },
);

test("every reduced experiment claims several things", () => {
  for (const name of reduced.filter(declaresFlows)) {
    expect([name, checked(name).program!.claims.length >= 4]).toEqual([name, true]);
  }
});

describe("at the paper's own size", () => {
  const data = temporaryFolder();
  const perFile = 200;
  const blank = new Uint8Array(perFile * (1 + 32 * 32 * 3));
  // A label begins each record: as many of each of the first four classes.
  for (let i = 0; i < perFile; i++) blank[i * (blank.length / perFile)] = i % 4;
  for (const file of trainFiles) writeFileSync(join(data.path, file), blank);
  for (const file of testFiles) {
    writeFileSync(join(data.path, file), Buffer.concat(Array(5).fill(blank)));
  }

  test.each(byHand)("%s is right where the data is there", (name) => {
    const { program, diagnostics } = checked(name, [`data="${data.path}"`]);
    expect(renderDiagnostics(diagnostics)).toBe("");
    if (basename(name) !== "models.cflow") {
      expect(program!.flows.length).toBeGreaterThan(0);
      expect(program!.claims.length).toBeGreaterThan(0);
    }
  });

  test.each(byHand)("%s lacks nothing else where it isn't", (name) => {
    const { diagnostics } = checked(name, ['data="nowhere"']);
    expect(diagnostics.map(({ code }) => code)).toEqual(["CF1601"]);
  });

  test("the models have the paper's sizes, counted by hand", () => {
    const name = join("paper", "full", "gd-architectures.cflow");
    const { program } = checked(name, [`data="${data.path}"`]);
    const counts = program!.flows.flatMap((flow) =>
      flow.form === "supervised" ? [[flow.model.name, flow.model.parameterCount]] : [],
    );
    const conv = (from: number, to: number) => 9 * from * to;
    const dense = (from: number, to: number) => (from + 1) * to;
    const norm = (width: number) => 2 * width;
    const branch = (from: number, to: number) => conv(from, to) + conv(to, to) + 2 * norm(to);
    const stage = (from: number, to: number) =>
      branch(from, to) + conv(from, to) + norm(to) + 2 * branch(to, to);
    const block = 2 * norm(64) + 4 * 64 * 8 * 64 + dense(64, 256) + dense(256, 64);
    expect(Object.fromEntries(counts)).toMatchObject({
      cnn: conv(3, 32) + conv(32, 64) + 8 * 8 * 64 * 128 + dense(128, 4),
      resnet: conv(3, 16) + 3 * branch(16, 16) + stage(16, 32) + stage(32, 64) + dense(64, 4),
      vit: norm(48) + dense(48, 64) + norm(64) + 4 * block + norm(64) + dense(64, 4),
      lstm: 4 * 48 + 2 * 4 * 48 * (48 + 48 + 2) + dense(48, 4),
    });
  });
});
