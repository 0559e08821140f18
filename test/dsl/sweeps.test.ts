import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Flow, Program } from "../../src/dsl/index.js";
import { checkText, swept } from "./texts.js";

function right(text: string, overrides: readonly string[] = []): Program {
  const { program, diagnostics } = checkText(text, { overrides });
  expect(diagnostics).toEqual([]);
  return program!;
}

const names = ({ flows }: Program) => flows.map(({ name }) => name);
const titles = ({ claims }: Program) => claims.map(({ title }) => title);

/** What a flow computes: without what it is called, and where it was written. */
function meaning(flow: Flow): unknown {
  const { name, declared, variant, ...rest } = flow;
  const plain = (key: string, value: unknown) =>
    ["span", "places", "numbers"].includes(key) ? undefined : value;
  return JSON.parse(JSON.stringify(rest, plain));
}

const toy = `landscape bowl(x) = x ^ 2
flow toy { landscape = bowl  weights = at([1])  optimizer = gd(lr)  steps = 9  discrete }
flow still { landscape = bowl  weights = at([1])  optimizer = gd(0.1)  steps = 9  discrete }
expect "it ends low" { final(toy.discrete.train_loss) < lr }
expect "and still" { final(still.discrete.train_loss) < 1 }`;

describe("what depends on a sweep has a variant for each value", () => {
  test("directly, and nothing else has", () => {
    const program = right(`sweep lr in [0.1, 0.2]\n${toy}`);
    expect(names(program)).toEqual(["toy[lr=0.1]", "toy[lr=0.2]", "still"]);
    expect(titles(program)).toEqual(["it ends low [lr=0.1]", "it ends low [lr=0.2]", "and still"]);
    expect(program.flows.map(({ declared, variant }) => [declared, variant])).toEqual([
      ["toy", { lr: 0.1 }],
      ["toy", { lr: 0.2 }],
      ["still", {}],
    ]);
    expect(program.sweeps.map(({ name }) => name)).toEqual(["lr"]);
    expect(
      program.sweeps[0]!.values.map(({ value, label, span }) => [
        value,
        label,
        span.source.text.slice(span.start, span.end),
      ]),
    ).toEqual([
      [0.1, "lr=0.1", "0.1"],
      [0.2, "lr=0.2", "0.2"],
    ]);
    expect(program.params).toEqual([]);
    expect(program.claims[1]!.expression).toMatchObject({
      left: { arguments: [{ step: "toy[lr=0.2].discrete" }] },
      right: { form: "number", value: 0.2 },
    });
  });

  test("through params, datasets, models, layers, weights and landscapes", () => {
    const program = right(swept);
    const own = names(program).filter((name) => name.startsWith("eos"));
    expect(own).toHaveLength(8);
    expect(own.slice(0, 3)).toEqual([
      "eos[lr=0.01,order=native,width=8]",
      "eos[lr=0.01,order=native,width=16]",
      "eos[lr=0.01,order=torch,width=8]",
    ]);
    expect(names(program).filter((name) => name.startsWith("toy"))).toEqual([
      "toy[lr=0.01,width=8]",
      "toy[lr=0.01,width=16]",
      "toy[lr=0.02,width=8]",
      "toy[lr=0.02,width=16]",
    ]);
    const last = program.flows.find(({ name }) => name === "eos[lr=0.02,order=torch,width=16]")!;
    expect(last).toMatchObject({
      optimizer: { settings: { lr: 0.002 } },
      weights: { settings: { layout: "torch" } },
      model: { layers: [{}, { settings: { units: 16 } }, {}, {}] },
      dataset: { name: "digits" },
    });
    expect(titles(program)).toHaveLength(8 + 8 + 4);
    expect(program.params.map(({ name }) => name)).toEqual(["in", "widths"]);
  });

  test("and so has a dataset that a flow names", () => {
    const program = right(`sweep classes in [2, 4]
sweep lr in [0.1, 0.2]
dataset digits = mnist { classes = classes }
flow f { dataset = digits  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(lr)  steps = 9  discrete }`);
    expect(program.flows.map((flow) => flow.form === "supervised" && flow.dataset.name)).toEqual([
      "digits[classes=2]",
      "digits[classes=2]",
      "digits[classes=4]",
      "digits[classes=4]",
    ]);
  });
});

test("a variant means what the file means with its values set", () => {
  const ofName = new Map([
    ["lr", ["0.01", "0.02"]],
    ["order", ["native", "torch"]],
    ["width", ["8", "16"]],
  ]);
  const all = right(swept);
  const choice = fc.record({
    lr: fc.constantFrom(...ofName.get("lr")!),
    order: fc.constantFrom(...ofName.get("order")!),
    width: fc.constantFrom(...ofName.get("width")!),
  });
  fc.assert(
    fc.property(choice, (values) => {
      const one = right(
        swept,
        Object.entries(values).map(([name, value]) => `${name}=${value}`),
      );
      expect(names(one)).toEqual(["eos", "toy"]);
      const label = ({ variant }: Flow) =>
        Object.entries(values)
          .filter(([name]) => name in variant)
          .map(([name, value]) => `${name}=${value}`);
      for (const flow of one.flows) {
        const variant = all.flows.find(
          (each) => each.declared === flow.name && each.name === `${flow.name}[${label(each)}]`,
        )!;
        expect(meaning(variant)).toEqual(meaning(flow));
      }
    }),
    { numRuns: 8 },
  );
});

describe("overrides", () => {
  test("several values sweep a param", () => {
    const program = right(`param lr = 0.3\n${toy}`, ["lr=0.1,0.2"]);
    expect(names(program)).toEqual(["toy[lr=0.1]", "toy[lr=0.2]", "still"]);
  });

  test("one value makes a sweep a param", () => {
    const program = right(`sweep lr in [0.1, 0.2]\n${toy}`, ["lr=0.3"]);
    expect(names(program)).toEqual(["toy", "still"]);
    expect(program.params).toMatchObject([{ name: "lr", value: 0.3 }]);
    expect(program.sweeps).toEqual([]);
  });

  test("a list in brackets is one value", () => {
    const text = `param digits = [1, 2]
flow f { dataset = mnist { classes = digits }  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(1)  steps = 9  discrete }`;
    expect(names(right(text, ["digits=[3,4]"]))).toEqual(["f"]);
    expect(names(right(text, ["digits=[3,4],[5,6]"]))).toEqual([
      "f[digits=[3, 4]]",
      "f[digits=[5, 6]]",
    ]);
  });
});

describe("errors", () => {
  const codes = (text: string, overrides: readonly string[] = []) =>
    checkText(text, { overrides }).diagnostics.map(({ code, labels }) => {
      const { source, start, end } = labels[0]!.span;
      return [code, source.text.slice(start, end)];
    });

  test("a value that is none in one variant is told of at its place", () => {
    expect(codes(`sweep lr in [0.1, -0.2]\n${toy}`)).toEqual([["CF1305", "lr"]]);
    const { labels } = checkText(`sweep lr in [0.1, -0.2]\n${toy}`).diagnostics[0]!;
    expect(labels[1]!.span.start).toBe("sweep lr in [0.1, ".length);
  });

  test("the same error in all variants is told of once", () => {
    expect(codes(`sweep lr in [0.1, 0.2]\n${toy.replace("discrete", "discreet")}`)).toEqual([
      ["CF1301", "discreet"],
    ]);
  });

  test("a sweep that nothing uses", () => {
    expect(codes(`sweep rate in [1, 2]\n${toy.replaceAll("lr", "0.1")}`)).toEqual([
      ["CF1205", "rate"],
    ]);
  });

  test("a sweep and a param of the same name", () => {
    expect(codes(`sweep lr in [1, 2]\nparam lr = 1\n${toy}`)).toEqual([["CF1202", "lr"]]);
  });

  test.each([
    ["sweep lr = [1, 2]", "CF1101"],
    ["sweep lr [1, 2]", "CF1101"],
    ["sweep in [1, 2]", "CF1101"],
    ["sweep lr in", "CF1104"],
    ["sweep model in [1, 2]", "CF1105"],
  ])("%s", (text, code) => {
    expect(codes(text)[0]![0]).toBe(code);
  });
});
