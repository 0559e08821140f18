import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Diagnostic,
  diagnosticToJson,
  positionAt,
  renderDiagnostic,
  renderDiagnostics,
  type Source,
} from "../../src/dsl/index.js";

function at(source: Source, part: string, text?: string, from = 0) {
  const start = source.text.indexOf(part, from);
  if (start < 0) throw new Error(`no ${part}`);
  const span = { source, start, end: start + part.length };
  return text === undefined ? { span } : { span, text };
}

function problem(labels: Diagnostic["labels"], more: Partial<Diagnostic> = {}): Diagnostic {
  return { code: "CF1234", severity: "error", message: "something is wrong", labels, ...more };
}

describe("code frames", () => {
  test("several labels on several lines, out of order", () => {
    const source = { name: "a.cflow", text: "one two three\n\nfour\nfive six\nseven" };
    const labels = [
      at(source, "six", "here"),
      at(source, "one", "and here"),
      at(source, "three"),
      at(source, "five", "before"),
    ];
    expect(`\n${renderDiagnostic(problem(labels))}\n`).toBe(`
error[CF1234]: something is wrong
 --> a.cflow:4:6
  |
1 | one two three
  | --- and here
  |         -----
 …
4 | five six
  | ---- before
  |      ^^^ here
`);
  });

  test("labels in another source stand under its own name", () => {
    const source = { name: "a.cflow", text: `${"\n".repeat(99)}steps = lr` };
    const override = { name: "<--set #1>", text: "lr=-1" };
    const labels = [at(source, "lr", "used"), at(override, "-1", "set")];
    expect(`\n${renderDiagnostic(problem(labels))}\n`).toBe(`
error[CF1234]: something is wrong
   --> a.cflow:100:9
    |
100 | steps = lr
    |         ^^ used
   ::: <--set #1>:1:4
    |
  1 | lr=-1
    |    -- set
`);
  });

  test("tabs and wide characters keep labels in place", () => {
    const source = { name: "a.cflow", text: '\tx = "漢字 🎉 e\u0301" y\t= 2' };
    const labels = [at(source, "y"), at(source, "2"), at(source, "漢字"), at(source, "e\u0301")];
    expect(`\n${renderDiagnostic(problem(labels))}\n`).toBe(`
error[CF1234]: something is wrong
 --> a.cflow:1:17
  |
1 |     x = "漢字 🎉 e\u0301" y   = 2
  |          ----
  |                  -
  |                     ^
  |                           -
`);
  });

  test("a long line is cut on both sides of its label", () => {
    const source = { name: "a.cflow", text: `${"left ".repeat(30)}HERE ${"right ".repeat(30)}` };
    const rendered = renderDiagnostic(problem([at(source, "HERE")]), { columns: 60 });
    expect(`\n${rendered}\n`).toBe(`
error[CF1234]: something is wrong
 --> a.cflow:1:151
  |
1 | …ft left left left left HERE right right right right right …
  |                         ^^^^
`);
  });

  test("a label over several lines is drawn on its first; one at the end of the text after it", () => {
    const source = { name: "a.cflow", text: "first {\n second\n}" };
    const whole = { span: { source, start: 0, end: source.text.length } };
    const end = { span: { source, start: source.text.length, end: source.text.length } };
    expect(`\n${renderDiagnostic(problem([whole, end]))}\n`).toBe(`
error[CF1234]: something is wrong
 --> a.cflow:1:1
  |
1 | first {
  | ^^^^^^^
 …
3 | }
  |  -
`);
  });

  test("help, fix and the count of a list", () => {
    const source = { name: "a.cflow", text: "lr = 1" };
    const [label] = [at(source, "lr")];
    const fix = { title: "replace `lr` by `rate`", span: label.span, replacement: "rate" };
    const list = [
      problem([label], { help: "did you mean `rate`?", fix }),
      problem([label], { severity: "warning", fix }),
      problem([label]),
    ];
    const rendered = renderDiagnostics(list);
    expect(
      rendered.split("\n").filter((line) => line.startsWith("  help") || line.startsWith("  fix")),
    ).toEqual(["  help: did you mean `rate`?", "  fix: replace `lr` by `rate`"]);
    expect(rendered.endsWith("\n\n2 errors, 1 warning\n")).toBe(true);
    expect(renderDiagnostics([])).toBe("");
  });

  test("control characters and reordering marks cannot act on the terminal", () => {
    const source = { name: "a\u001b[2J.cflow", text: "a\u001b[31m \u202e b\u0007" };
    const rendered = renderDiagnostic(
      problem([at(source, "b", "\u001b[1m")], { message: "bad\n\u001b[0m", help: "\u0008" }),
    );
    expect(rendered.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test("as JSON: a range with lines and columns from 1, and null for what is absent", () => {
  const source = { name: "a.cflow", text: "one\r\ntwo\rthree\n" };
  const label = {
    span: { source, start: source.text.indexOf("two"), end: source.text.indexOf("ree") },
  };
  expect(diagnosticToJson(problem([label]))).toEqual({
    file: "a.cflow",
    line: 2,
    column: 1,
    endLine: 3,
    endColumn: 3,
    code: "CF1234",
    severity: "error",
    message: "something is wrong",
    help: null,
    fix: null,
  });
});

describe("for any text and any labels", () => {
  const character = fc.oneof(
    fc.constantFrom(
      "a",
      " ",
      "\n",
      "\r\n",
      "\t",
      "漢",
      "🎛",
      "e\u0301",
      "\u0000",
      "\u202e",
      "\ud800",
    ),
    fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
  );
  const text = fc.array(character, { maxLength: 120 }).map((parts) => parts.join(""));
  const place = fc.tuple(fc.integer({ min: -5, max: 300 }), fc.integer({ min: -5, max: 300 }));
  const places = fc.array(place, { minLength: 1, maxLength: 4 });

  function diagnosticOf(text: string, places: readonly [number, number][]): Diagnostic {
    const source = { name: "a.cflow", text };
    return problem(places.map(([start, end]) => ({ span: { source, start, end }, text: "label" })));
  }

  test("rendering never throws, and each label has one row of its own", () => {
    fc.assert(
      fc.property(text, places, fc.integer({ min: 0, max: 120 }), (source, where, columns) => {
        const rendered = renderDiagnostic(diagnosticOf(source, where), { columns });
        const rows = rendered
          .split("\n")
          .filter((row) => /^ +\| +?[\^-]+ label$|^ +\| [\^-]+ label$/.test(row));
        expect(rows).toHaveLength(where.length);
        expect(rows.filter((row) => row.includes("^"))).toHaveLength(1);
      }),
    );
  });

  test("colours change nothing but colours", () => {
    fc.assert(
      fc.property(text, places, (source, where) => {
        const diagnostic = diagnosticOf(source, where);
        const coloured = renderDiagnostic(diagnostic, { colors: true });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
        const stripped = coloured.replace(/\u001b\[\d+m/g, "");
        const lines = (rendered: string) => rendered.split("\n").map((line) => line.trimEnd());
        expect(lines(stripped)).toEqual(lines(renderDiagnostic(diagnostic)));
      }),
    );
  });

  test("in a plain line that fits, the label's row stands under exactly the labelled text", () => {
    const line = fc.string({ unit: fc.constantFrom(..."abc(){}= "), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(line, fc.nat(), fc.nat(), (text, a, b) => {
        const [start, end] = [a % text.length, b % text.length].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const source = { name: "a", text };
        const rows = renderDiagnostic(problem([{ span: { source, start, end: end + 1 } }])).split(
          "\n",
        );
        const shown = rows[3]!.slice("1 | ".length).padEnd(text.length);
        const marks = rows[4]!.slice("  | ".length);
        expect(shown).toBe(text.trimEnd().padEnd(text.length));
        expect(marks.indexOf("^")).toBe(start);
        expect(marks.length).toBe(end + 1);
      }),
    );
  });

  test("a cut line is never wider than asked", () => {
    const long = fc.string({
      unit: fc.constantFrom("a", " ", "\t", "\u0001"),
      minLength: 80,
      maxLength: 300,
    });
    fc.assert(
      fc.property(long, fc.nat(300), fc.nat(20), (text, start, length) => {
        const source = { name: "a", text };
        const span = { source, start, end: start + length };
        const rows = renderDiagnostic(problem([{ span }]), { columns: 50 })
          .split("\n")
          .slice(3);
        for (const row of rows) expect(row.slice("1 | ".length).length).toBeLessThanOrEqual(50);
      }),
    );
  });

  test("positions and offsets agree", () => {
    fc.assert(
      fc.property(text, fc.nat(300), (text, offset) => {
        const inside = Math.min(offset, text.length);
        const before = text
          .slice(0, inside)
          .replace(/\r\n/g, "\n")
          .split(/[\r\n]/);
        const { line, column } = positionAt({ name: "a", text }, offset);
        // Between \r and \n one is still on the line that they end.
        if (text[inside - 1] === "\r" && text[inside] === "\n") return;
        expect([line, column]).toEqual([before.length, before.at(-1)!.length + 1]);
      }),
    );
  });
});
