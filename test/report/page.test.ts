/** The report's page as text: whole, escaped, the same for the same report. */
import { describe, expect, it } from "vitest";
import { comparisonOf } from "../../src/report/comparison.js";
import { familiesOf, picturedFamily } from "../../src/report/family.js";
import { scriptHash } from "../../src/report/page/assets.js";
import { type PageOptions, reportPage } from "../../src/report/page/document.js";
import { finalRows } from "../../src/report/page/finals.js";
import type { Report } from "../../src/report/page/report.js";
import { assets, curve, figure, report, subject } from "./figures.js";

const page = (of: Report, more: Partial<PageOptions> = {}) => reportPage(of, { assets, ...more });
const empty = new Set(["meta", "link", "br"]);

/** Names of elements that are left open or closed too much; contents of scripts are no elements. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const text = html.replaceAll(/<(script|style)\b([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");
  for (const [, close, name, rest] of text.matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>/gi)) {
    if (close) {
      if (open.pop() !== name) wrong.push(name!);
    } else if (!empty.has(name!) && !rest!.endsWith("/")) open.push(name!);
  }
  return [...wrong, ...open];
}

const hostile = `</title></script><script>alert(1)</script><img src=x onerror="alert('2')">&amp;\u0000`;

const loss = figure("loss", [
  curve(50, (i) => 1 / (1 + i), { label: "optimizer", role: "optimizer", style: "faint" }),
  curve(50, (i) => 1 / (1 + i)),
]);

describe("a page", () => {
  it("is whole, whatever it is of", () => {
    const verdict = { holds: true, value: 2.0001, bound: 2.02 };
    const claims = [
      { title: "locks", text: "max(x) < 2.02", operator: "<", verdict },
      { title: "fails", text: "y <= 3", operator: "<=", verdict: { ...verdict, holds: false } },
      { title: "open", text: "z > 3", operator: ">" },
    ];
    const text = page({
      title: "toy",
      subjects: [
        subject({
          claims,
          flows: [{ name: "eos", declared: "eos", about: "a toy", figures: [loss] }],
          lacking: ["eos.central", "eos.stable"],
          plan: '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg><g><title>step</title></g></svg>\n',
        }),
      ],
    });
    expect(unbalanced(text)).toEqual([]);
    expect(unbalanced(page({ title: "nothing", subjects: [subject()] }))).toEqual([]);
    for (const part of ["✓ holds", "✗ fails", "not judged", "2.0001", "≤ 2.02", "1 of 3 hold<"]) {
      expect(text).toContain(part.replace("2.0001", "2"));
    }
    expect(text).toContain("No results of eos.central, eos.stable.");
    expect(text).toContain("<code>cflow run toy.cflow</code> computes them");
    expect(text).toContain("results of 2026-01-02 03:04–03:05 UTC · cflow 1.2.3");
    expect(text).not.toContain("<!DOCTYPE svg>");
  });

  it("takes all that it is told for text", () => {
    const evil = figure("evil", [curve(3, (i) => i, { label: hostile })], {
      title: hostile,
      caption: hostile,
      y: { label: hostile, scale: "linear" },
    });
    const text = page({
      title: hostile,
      subjects: [
        subject({
          name: hostile,
          intro: [hostile],
          claims: [{ title: hostile, text: hostile, operator: "<" }],
          flows: [{ name: hostile, declared: "eos", about: hostile, figures: [evil] }],
          lacking: [hostile],
          settings: [{ title: hostile, rows: [[hostile, hostile]] }],
          sources: [{ name: hostile, text: hostile }],
        }),
      ],
    });
    expect(unbalanced(text)).toEqual([]);
    expect(text.match(/<script\b/g)).toHaveLength(3);
    expect(text.match(/<\/script>/g)).toHaveLength(3);
    expect(text.match(/<img/)).toBeNull();
    expect(text).toContain(
      "&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;&amp;amp;\ufffd",
    );
    const [, data] = /id="payload">(.*?)<\/script>/s.exec(text)!;
    expect(JSON.parse(data!).figures[0].curves[0].label).toBe(hostile);
  });

  it("asks for nothing, and runs only its own scripts", () => {
    const text = page(report(loss));
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(text)!;
    expect(policy).toMatch(/^default-src &#39;none&#39;; script-src/);
    expect(policy).not.toContain("connect-src");
    for (const [, script] of text.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
      expect(policy!.replaceAll("&#39;", "'")).toContain(scriptHash(script!));
    }
    expect([...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
      expect.stringMatching(/^data:image\/svg\+xml,/),
    ]);
    expect(text).toContain("The MIT License (MIT)\n\nCopyright (c) 2022 Leon Sorokin");
    expect(page(report(loss), { live: "/events" })).toContain("connect-src &#39;self&#39;");
  });

  it("has the same bytes for the same report, and few of them", () => {
    const text = page(report(loss));
    expect(page(report(loss))).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
    const long = figure(
      "long",
      Array.from({ length: 5 }, () => curve(10_000, Math.random)),
    );
    const bytes = Buffer.byteLength(page(report(long))) - Buffer.byteLength(text);
    // Four bytes a value in base64, and steps that are counted.
    expect(bytes).toBeLessThan(5 * 10_000 * 5.5);
  });

  it("has a figure's drawing where there is one", () => {
    const draw = () => "<svg><circle/></svg>";
    expect(page(report(loss), { draw })).toContain(
      '<div class="drawing"><svg><circle/></svg></div>',
    );
    expect(page(report(loss))).not.toContain('class="drawing"');
  });
});

describe("figures over each other", () => {
  const of = (scale: number) => [
    { ...loss, curves: loss.curves.map((each) => ({ ...each, y: [scale, 2 * scale, null] })) },
  ];

  it("have the curves of all members, and levels once", () => {
    const level = { label: "critical", value: 2 };
    const [a, b] = [1, 3].map((scale) => of(scale).map((each) => ({ ...each, levels: [level] })));
    const [family, ...others] = familiesOf([
      { name: "A", figures: a! },
      { name: "B", figures: [...b!, figure("only", [curve(2, (i) => i)])] },
    ]);
    expect(others).toEqual([]);
    expect(family!.members).toEqual(["A", "B"]);
    expect(family!.figure.curves.map(({ label, member }) => [label, member])).toEqual([
      ["optimizer", 0],
      ["central flow", 0],
      ["optimizer", 1],
      ["central flow", 1],
    ]);
    expect(family!.figure.levels).toEqual([level]);
    // The faint course says nothing in the end.
    expect(finalRows([family!])).toEqual([
      { figure: "loss", label: "central flow", values: [2, 6] },
    ]);
  });

  it("are a picture whose legend goes by role, with the range of many members", () => {
    const labels = (count: number) => {
      const names = Array.from({ length: count }, (_, i) => `lr = ${i}`);
      const [family] = familiesOf(names.map((name, i) => ({ name, figures: of(i + 1) })));
      return [...new Set(picturedFamily(family!).curves.map(({ label }) => label))];
    };
    expect(labels(2)).toEqual([
      "optimizer (lr = 0)",
      "optimizer (lr = 1)",
      "central flow (lr = 0)",
      "central flow (lr = 1)",
    ]);
    expect(labels(9)).toEqual(["optimizer (lr = 0 to lr = 8)", "central flow (lr = 0 to lr = 8)"]);
  });

  it("are of flows of one name, of the only ones, or of variants of one", () => {
    const side = { params: {}, paramPlaces: {}, steps: new Map() };
    const named = (...names: readonly string[]) =>
      subject({
        flows: names.map((name) => ({
          name,
          declared: name.replace(/\[.*/, ""),
          about: "",
          figures: of(1),
        })),
      });
    const names = (...subjects: ReturnType<typeof subject>[]) =>
      comparisonOf(
        subjects,
        subjects.map(() => side),
      ).flows.flatMap(({ name, families }) => (families.length > 0 ? name : []));
    expect(names(named("a", "b"), named("b", "c"))).toEqual(["b"]);
    expect(names(named("a"), named("b"))).toEqual(["a and b"]);
    expect(names(named("a", "b"), named("c"))).toEqual([]);
    expect(names(named("eos"), named("eos[lr=1]", "eos[lr=2]"))).toEqual(["eos, variants"]);
    expect(names(named("eos[lr=1]", "eos[lr=2]"), named("eos[lr=2]", "x"))).toEqual(["eos[lr=2]"]);
  });

  it("stand before the variants of a sweep, which are folded", () => {
    const flows = [0.1, 0.2].map((lr) => ({
      name: `eos[lr=${lr}]`,
      declared: "eos",
      about: "",
      figures: of(lr),
    }));
    const variants = flows.map(({ name }) => ({ flow: name, label: name.slice(4, -1) }));
    const text = page({
      title: "sweep",
      subjects: [subject({ flows, varied: [{ name: "eos", variants }] })],
    });
    expect(unbalanced(text)).toEqual([]);
    const titles = [...text.matchAll(/<h2 id="flow-\d-title">([^<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual(["eos", "eos[lr=0.1]", "eos[lr=0.2]"]);
    expect(text.match(/<details><summary><h2/g)).toHaveLength(2);
    expect(text).toContain('<th scope="col" class="number">lr=0.2</th>');
  });
});
