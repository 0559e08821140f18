/** Bare words: settings that are enumerations take one of their words without quotes. */
import { describe, expect, test } from "vitest";
import { type Diagnostic, positionAt, renderDiagnostics } from "../../src/dsl/index.js";
import { checkText } from "./texts.js";

/** A flow whose weights have the layout given, an enumeration of `native` and `torch`. */
function flow(layout: string, before = ""): string {
  return `${before}
flow f {
  dataset = mnist  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(0.1)
  weights = npy("w.npy", layout = ${layout})  steps = 10  discrete
}`;
}

function layoutOf(text: string, overrides: readonly string[] = []): unknown {
  const { program, diagnostics } = checkText(text, { overrides });
  expect(renderDiagnostics(diagnostics)).toBe("");
  return program!.flows[0]!.weights.settings.layout;
}

function errors(text: string, overrides: readonly string[] = []): readonly Diagnostic[] {
  const { diagnostics } = checkText(text, { overrides });
  return diagnostics.filter(({ severity }) => severity === "error");
}

describe("a word", () => {
  test.each([
    ["bare", flow("torch")],
    ["in quotes", flow('"torch"')],
    ["of a param", flow("order", "param order = torch")],
    ["of a param in quotes", flow("order", 'param order = "torch"')],
    ["of a param of a param", flow("order", "param order = wanted\nparam wanted = torch")],
    ["in parentheses", flow("(torch)")],
    ["in a block", flow("native").replace(/npy\(.*\)/, 'npy("w.npy") { layout = torch }')],
  ])("%s is the same value", (_, text) => {
    expect(layoutOf(text)).toBe("torch");
  });

  test("may be set from the command line", () => {
    const text = flow("order", "param order = native");
    expect(layoutOf(text)).toBe("native");
    for (const override of ["order=torch", 'order="torch"']) {
      expect(layoutOf(text, [override])).toBe("torch");
    }
    expect(layoutOf(flow("order", 'param order = "native"'), ["order=torch"])).toBe("torch");
  });

  test("gives way to a param of its name, but not to another declaration", () => {
    expect(layoutOf(flow("torch", "param torch = native"))).toBe("native");
    expect(errors(flow("torch", "param torch = 3")).map(({ message }) => message)).toEqual([
      "`layout` must be `native` or `torch`, not 3",
    ]);
    expect(layoutOf(flow("torch", "model torch = flatten -> dense(3)"))).toBe("torch");
  });
});

describe("a wrong word", () => {
  /** The message, the help, and what the fix would replace by what. */
  function shown({ message, help, fix }: Diagnostic) {
    const { span, replacement } = fix ?? {};
    return [message, help, span && [span.source.name, span.start, span.end, replacement]];
  }

  test("is told what it may be, and is mended as it was written", () => {
    const message = (word: string) => `\`layout\` must be \`native\` or \`torch\`, not ${word}`;
    const did = "did you mean `torch`?";
    for (const [written, quoted, mended] of [
      ["tourch", "`tourch`", "torch"],
      ['"tourch"', '"tourch"', "torch"],
    ] as const) {
      const text = flow(written);
      const start = text.indexOf(written);
      expect(errors(text).map(shown)).toEqual([
        [message(quoted), did, ["a.cflow", start, start + written.length, mended]],
      ]);
      expect(layoutOf(text.replace(written, mended))).toBe("torch");
    }
    expect(errors(flow("fortran")).map(shown)).toEqual([
      [message("`fortran`"), undefined, undefined],
    ]);
  });

  test("of a param is shown where it is used and where it was written, and mended there", () => {
    const text = flow("order", "param order = tourch");
    for (const [overrides, source, start] of [
      [[], "a.cflow", 14],
      [["order=tourch"], "<--set #1>", 6],
    ] as const) {
      const [problem, ...others] = errors(text, overrides);
      expect(others).toEqual([]);
      expect(problem!.message).toBe("`layout` must be `native` or `torch`, not `tourch`");
      const [used, written] = problem!.labels.map(({ span }) => span);
      expect(positionAt(used!.source, used!.start)).toEqual({ line: 4, column: 35 });
      expect([written!.source.name, written!.start]).toEqual([source, start]);
      expect(problem!.fix).toMatchObject({ span: written, replacement: "torch" });
    }
    // A string may be used elsewhere: it is left to its author.
    expect(errors(flow("order", 'param order = "tourch"'))[0]!.fix).toBeUndefined();
  });
});

describe("where no word is asked for", () => {
  test.each([
    ["a number", "optimizer o = gd(rate)", "rate"],
    ["a schedule's setting", "optimizer o = gd(linear(rate, 1))", "rate"],
    ["a path", 'dataset d = arrays { x = inputs  y = "y" }', "inputs"],
    ["a list", "dataset d = mnist { classes = [some, 1] }", "some"],
    ["arithmetic", "optimizer o = gd(2 * rate)", "rate"],
    ["a count", "model m = many * flatten", "many"],
    ["a layer's setting", "model m = flatten -> dense(many)", "many"],
  ])("a name that stands for nothing is an error, in %s and in its param", (_, text, name) => {
    const direct = errors(text);
    expect(direct.map(({ code, message }) => [code, message])).toEqual([
      ["CF1201", `there is no param \`${name}\``],
    ]);
    const param = `param it = ${name}\n`;
    const indirect = errors(param + text.replace(name, "it"));
    expect(indirect.map(({ code, message }) => [code, message])).toEqual([
      ["CF1201", `there is no param \`${name}\``],
    ]);
    expect(indirect[0]!.labels[0]!.span).toMatchObject({ start: 11, end: 11 + name.length });
  });

  test("claims too", () => {
    const claims = `${flow("torch", "param most = twenty")}
expect "a bound" { final(f.discrete.train_loss) < most }
expect "a step" { max(f.discrete.train_loss, from = most) < 1 }`;
    // Said once, where the word stands.
    expect(errors(claims).map(({ code }) => code)).toEqual(["CF1201"]);
  });

  test("a layer's argument may be a word for the layers in it", () => {
    const text = `layer twice(n) = dense(n) -> dense(n)\nmodel m = flatten -> twice(many)`;
    expect(errors(text).map(({ code, message }) => [code, message])).toEqual([
      ["CF1201", "there is no param `many`"],
    ]);
  });
});

test("one mistake is one error: a misspelt setting with a word, a word that may be lost", () => {
  expect(errors(flow("torch").replace("layout", "layuot")).map(({ code }) => code)).toEqual([
    "CF1301",
  ]);
  expect(errors(flow("order", "param order = ")).map(({ code }) => code)).toEqual(["CF1104"]);
  expect(errors(flow("order", "parm order = torch")).map(({ code }) => code)).toEqual(["CF1103"]);
});
