import { describe, expect, test } from "vitest";
import { checkText } from "./texts.js";

const before = `param bound = 3 - 1
flow f { dataset = mnist  model = flatten -> dense(outputs)  loss = mse  optimizer = gd(bound)
  steps = 10  discrete  central }
`;

function claim(expression: string) {
  return checkText(`${before}expect "c" { ${expression} }`);
}

function compiled(expression: string) {
  const { program, diagnostics } = claim(expression);
  expect(diagnostics).toEqual([]);
  return program!.claims[0]!;
}

const loss = { form: "series", step: "f.discrete", series: "train_loss" };

test("a claim is its comparison, with params as numbers", () => {
  expect(compiled("final(f.discrete.train_loss) / 2 - 1 <= -bound")).toMatchObject({
    title: "c",
    text: "final(f.discrete.train_loss) / 2 - 1 <= -bound",
    expression: {
      form: "binary",
      operator: "<=",
      left: {
        form: "binary",
        operator: "-",
        left: {
          form: "binary",
          operator: "/",
          left: { form: "call", function: "final", arguments: [loss] },
          right: { form: "number", value: 2 },
        },
        right: { form: "number", value: 1 },
      },
      right: { form: "negate", of: { form: "number", value: 2 } },
    },
  });
});

test("ranges and indices may be computed from params", () => {
  const { expression } = compiled(
    "max(f.central.effective_eigenvalues[bound - 1], from = bound, to = 2 * bound) == 2",
  );
  expect(expression).toMatchObject({
    left: {
      form: "call",
      function: "max",
      from: 2,
      to: 4,
      arguments: [{ form: "series", step: "f.central", series: "effective_eigenvalues", index: 1 }],
    },
  });
});

test("the text of a claim does not depend on how it was laid out", () => {
  const tidy = compiled("abs(1 - (final(f.discrete.train_loss) - 2)) < 2e-5");
  const untidy = compiled("(abs ( (1)-( final(f . discrete.train_loss)-2 ) ,)\n<2e-5) /* so */");
  expect(untidy.text).toBe(tidy.text);
  expect(untidy.expression).toEqual(tidy.expression);
});

test("powers are computed along series", () => {
  const { text, expression } = compiled("max(f.discrete.train_loss ^ bound) < (2 ^ 2) ^ 2");
  expect(text).toBe("max(f.discrete.train_loss ^ bound) < (2 ^ 2) ^ 2");
  expect(expression).toMatchObject({
    left: {
      arguments: [
        { form: "binary", operator: "^", left: loss, right: { form: "number", value: 2 } },
      ],
    },
  });
});

describe("kinds", () => {
  test.each([
    ["max(f.discrete.train_loss) < 1"],
    ["max(f.discrete.train_loss * 2 - f.central.train_loss) < 1"],
    ["max(smooth(abs(f.discrete.train_loss), 5), to = 3) < 1"],
    ["max(-f.central.effective_eigenvalues[0]) < 1"],
    ["at(f.discrete.train_loss, final(f.discrete.train_loss)) != abs(-1)"],
    ["relative_error(f.central.predicted_loss, 3) < 1"],
  ])("%s is a claim", (text) => {
    compiled(text);
  });

  test.each([
    ["f.discrete.train_loss < 1", "CF1507"],
    ["smooth(f.discrete.train_loss, 5) < 1", "CF1507"],
    ["1 < f.discrete.train_loss * 2", "CF1507"],
    ["at(f.discrete.train_loss, f.discrete.train_loss) < 1", "CF1507"],
    ["final(3) < 1", "CF1506"],
    ["final(final(f.discrete.train_loss)) < 1", "CF1506"],
    ["final(f.central.effective_eigenvalues) < 1", "CF1504"],
    ["final(2 * f.central.effective_eigenvalues) < 1", "CF1504"],
    ["f.central.effective_eigenvalues < 1", "CF1504"],
    ["final(f.central.effective_eigenvalues[0][0]) < 1", "CF1503"],
    ["final(f.central.effective_eigenvalues[0.5]) < 1", "CF1503"],
    ['final(f.central.effective_eigenvalues["a"]) < 1', "CF1503"],
    ["final(f.discrete.train_loss)[0] < 1", "CF1503"],
    ["max(f.discrete.train_loss, from = -1) < 1", "CF1506"],
    ["max(f.discrete.train_loss, from = 1, from = 2) < 1", "CF1506"],
    ["max(f.discrete.train_loss, from = f.discrete.train_loss) < 1", "CF1403"],
    ["final(f.discrete.train_loss) / 0 < 1", "CF1306"],
    ["final(f.discrete.train_loss) + (1 < 2) < 1", "CF1501"],
    ["mnist { classes = 3 } < 1", "CF1505"],
    ["[1] < 1", "CF1508"],
    ["flatten -> gelu", "CF1508"],
    ["final(f.discrete.train_loss.x) < 1", "CF1502"],
    ["final(f.discrete) < 1", "CF1502"],
    ["lr < 1", "CF1502"],
  ])("%s is %s", (text, code) => {
    expect(claim(text).diagnostics.map((each) => each.code)).toContain(code);
  });
});

test("a claim about a flow with errors elsewhere is still checked, and only for its own errors", () => {
  const broken = before.replace("gd(bound)", "gd(-bound)");
  const check = (expression: string) =>
    checkText(`${broken}expect "c" { ${expression} }`).diagnostics.map(({ code }) => code);
  expect(check("final(f.discrete.train_loss) < 1")).toEqual(["CF1305"]);
  expect(check("final(f.discrete.train_lost) < 1")).toEqual(["CF1305", "CF1502"]);
});
