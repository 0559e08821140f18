import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check } from "../../src/dsl/index.js";
import { vocabulary } from "./vocabulary.js";

const folder = mkdtempSync(join(tmpdir(), "cflow-imports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function checkFile(text: string, overrides: readonly string[] = []) {
  return check({ name: "runs/a.cflow", text }, vocabulary, {
    directory: join(folder, "runs"),
    overrides,
  });
}

const body = `loss = mse  optimizer = gd(lr)  steps = 3  discrete`;

describe("what a file imports", () => {
  test("stands as if it were declared there, whatever the order", () => {
    write({ "shared/models.cflow": "param width = 8\nmodel net = flatten -> dense(width)" });
    const { program, diagnostics } = checkFile(
      `flow f { dataset = mnist { classes = 8 }  model = net  ${body} }
param lr = 0.1
import "../shared/models.cflow"`,
      ["width=8"],
    );
    expect(diagnostics).toEqual([]);
    expect(program!.flows[0]).toMatchObject({ model: { name: "net" } });
    expect(program!.imports.map(({ name }) => name)).toEqual(["shared/models.cflow"]);
  });

  test("has paths relative to its own folder, wherever they are used", () => {
    write({
      "shared/data.cflow": `param inputs = "x.npy"\ndataset own = arrays { x = inputs  y = "sub/y.npy" }`,
    });
    const text = (y: string) => `import "../shared/data.cflow"
dataset mixed = arrays { x = inputs  y = ${y} }
flow f { dataset = own  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(1)  steps = 3  discrete }
flow g { dataset = mixed  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(1)  steps = 3  discrete }`;
    const { program, diagnostics } = checkFile(text(`"y.npy"`), [`inputs="z.npy"`]);
    expect(diagnostics).toEqual([]);
    expect(
      program!.flows.map((flow) => flow.form === "supervised" && flow.dataset.settings),
    ).toEqual([
      { x: join(folder, "runs/z.npy"), y: join(folder, "shared/sub/y.npy") },
      { x: join(folder, "runs/z.npy"), y: join(folder, "runs/y.npy") },
    ]);
    const asWritten = checkFile(text(`"y.npy"`)).program!.flows[1]!;
    expect(asWritten).toMatchObject({ dataset: { settings: { x: join(folder, "shared/x.npy") } } });
  });

  test("is read once, by whatever way it is met, also in a circle", () => {
    write({
      "runs/b.cflow": `import "c.cflow"\nparam lr = 0.1`,
      "runs/c.cflow": `import "./b.cflow"\nimport "../runs/a.cflow"\nparam width = lr`,
    });
    const { diagnostics, program } = checkFile(
      `import "b.cflow"\nimport "c.cflow"\nflow f { dataset = mnist  model = flatten -> dense(outputs)  ${body} }`,
    );
    expect(diagnostics).toEqual([]);
    expect(program!.imports.map(({ name }) => name)).toEqual(["runs/b.cflow", "runs/c.cflow"]);
    expect(program!.params.map(({ name }) => name)).toEqual(["width", "lr"]);
  });

  test("may hold params that this file doesn't use", () => {
    write({ "runs/params.cflow": "param lr = 0.1\nparam other = 3" });
    const { diagnostics } = checkFile(
      `import "params.cflow"\nflow f { dataset = mnist  model = flatten -> dense(outputs)  ${body} }`,
    );
    expect(diagnostics).toEqual([]);
  });
});

describe("errors", () => {
  const found = (text: string) =>
    checkFile(text).diagnostics.map(({ code, message, labels }) => [
      code,
      labels[0]!.span.source.name,
      message,
    ]);

  test("of an imported file are told of in it, after the file's own", () => {
    write({ "runs/bad.cflow": "param lr = \nmodel net = dens(3)" });
    expect(found(`import "bad.cflow"\nmodel mlp = dense(width)`)).toEqual([
      ["CF1201", "runs/a.cflow", "there is no param `width`"],
      ["CF1104", "runs/bad.cflow", "expected a value after `=`"],
      ["CF1203", "runs/bad.cflow", "there is no layer `dens`"],
    ]);
  });

  test("declared in both", () => {
    write({ "runs/lr.cflow": "param lr = 1" });
    const { diagnostics } = checkFile(`import "lr.cflow"\nparam lr = 2`);
    expect(diagnostics[0]).toMatchObject({
      code: "CF1202",
      message: "param `lr` is declared twice",
    });
    expect(diagnostics[0]!.labels.map(({ span }) => span.source.name)).toEqual([
      "runs/a.cflow",
      "runs/lr.cflow",
    ]);
  });

  test("what a file that isn't there would declare is not missed", () => {
    expect(found(`import "none.cflow"\nflow f { dataset = mnist  model = net  ${body} }`)).toEqual([
      ["CF1603", "runs/a.cflow", "there is no file 'none.cflow'"],
    ]);
  });

  test("a folder, and what is no text", () => {
    write({ "runs/binary.cflow": Uint8Array.of(0xff, 0xfe, 0x00) });
    expect(found(`import "."\nimport "binary.cflow"`)).toEqual([
      ["CF1603", "runs/a.cflow", "'.' is a folder"],
      ["CF1603", "runs/a.cflow", "'binary.cflow' is not text in UTF-8"],
    ]);
  });
});
