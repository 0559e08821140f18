/** From a landscape's text to its derivatives: against exact ones of polynomials, and closed forms. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, type Formula, renderDiagnostics } from "../../src/dsl/index.js";
import type { LossSource } from "../../src/engine/objective.js";
import { loadTfjs } from "../../src/engine/tfjs/load.js";
import { smoothFunctions } from "../../src/models/index.js";
import { buildLandscape } from "../../src/models/landscape/build.js";
import { closeness } from "../engine/close.js";
import { derivatives, gradientByDifferences } from "../engine/derivatives.js";
import { presentEngines } from "../engine/present.js";
import { wave } from "../engine/problems.js";
import { difference } from "../engine/reference.js";
import {
  codimensionTwo,
  codimensionTwoText,
  minimal,
  minimalText,
  quartic,
  quarticText,
} from "../support/landscapes.js";
import type { Polynomial } from "../support/polynomial.js";

const tf = await loadTfjs();

function sourceOf(variables: number, formula: Formula): LossSource {
  const { parameters, loss } = buildLandscape(variables, formula);
  return { parameters, data: [], loss: (w) => loss(tf, w) };
}

/** The loss of a landscape's text, the way that steps take. */
function written(text: string): LossSource {
  const declared = text.match(/landscape (\w+)\(([^)]*)\)/)!;
  const start = declared[2]!.split(",").map(() => 0);
  const flow = `flow f {
    landscape = ${declared[1]}  weights = at([${start}])  optimizer = gd(1)  steps = 1  discrete }`;
  const source = { name: "test.cflow", text: `${text}\n${flow}` };
  const { program, diagnostics } = check(source, vocabulary);
  if (!program) throw new Error(renderDiagnostics(diagnostics));
  const [only] = program.flows;
  if (only?.form !== "landscape") throw new Error("not on a landscape");
  return sourceOf(only.landscape.variables.length, only.landscape.formula);
}

/** Constants of the landscapes that float32 holds exactly, so that nothing but √2 is rounded. */
const epsilon = 1 / 64;
const rounded = 2 ** -24;

describe("polynomials", () => {
  it.each<[string, string, Polynomial]>([
    ["minimal", minimalText(epsilon), minimal(epsilon)],
    ["minimal, ζ = ¾", minimalText(epsilon, 0.75), minimal(epsilon, 0.75)],
    ["of codimension two", codimensionTwoText(epsilon, 0.5), codimensionTwo(epsilon, 0.5)],
    ["quartic", quarticText(2.25, 0.5), quartic(2.25, 0.5)],
  ])("%s has its exact derivatives to third order", async (_, text, exact) => {
    const found = await derivatives(written(text));
    const { size } = exact;
    for (const phase of [1, 2, 3]) {
      const [w, u, v] = [0, 1, 2].map((i) => Float64Array.from(wave(size, phase + 3 * i)));
      expect(closeness([found.loss(w!)], [exact.value(w!)])).toBeLessThan(rounded);
      expect(closeness(found.gradient(w!), exact.gradient(w!))).toBeLessThan(rounded);
      const [hu] = found.products(w!, [u!]);
      expect(closeness(hu!, exact.product(w!, u!))).toBeLessThan(rounded);
      const [uu, vu, vv] = found.thirdDerivatives(w!, [u!, v!]);
      expect(closeness(uu!, exact.third(w!, u!, u!))).toBeLessThan(rounded);
      expect(closeness(vu!, exact.third(w!, u!, v!))).toBeLessThan(rounded);
      expect(closeness(vv!, exact.third(w!, v!, v!))).toBeLessThan(rounded);
    }
  });
});

describe("of codimension one: L = ½(‖y‖ + 3e^{x/2})x² − ε(x + y₁)", () => {
  const text = `landscape sphere(x, y, z) =
    (sqrt(y ^ 2 + z ^ 2) + 3 * exp(x / 2)) * x ^ 2 / 2 - ${epsilon} * (x + y)`;

  it("has its loss and gradient anywhere", async () => {
    const found = await derivatives(written(text));
    const [x, y, z] = [-0.3, 1.2, 0.5];
    const r = 1.3;
    const w = Float64Array.of(x, y, z);
    const wall = 3 * Math.exp(x / 2);
    const loss = ((r + wall) * x * x) / 2 - epsilon * (x + y);
    expect(closeness([found.loss(w)], [loss])).toBeLessThan(1e-14);
    const gradient = [
      r * x + wall * (x + (x * x) / 4) - epsilon,
      (x * x * y) / r / 2 - epsilon,
      (x * x * z) / r / 2,
    ];
    expect(closeness(found.gradient(w), gradient)).toBeLessThan(1e-14);
  });

  it("has the curvature S = ‖y‖ + 3 on the valley's floor, and ∇S = (9/2, y/‖y‖)", async () => {
    const found = await derivatives(written(text));
    const w = Float64Array.of(0, 1.2, 0.5);
    const across = Float64Array.of(1, 0, 0);
    expect(closeness(found.products(w, [across])[0]!, [4.3, 0, 0])).toBeLessThan(1e-14);
    const [slope] = found.thirdDerivatives(w, [across]);
    expect(closeness(slope!, [4.5, 1.2 / 1.3, 0.5 / 1.3])).toBeLessThan(1e-14);
  });
});

/** A formula's value in double precision, by the meaning of its parts. */
function value(formula: Formula, w: ArrayLike<number>): number {
  switch (formula.form) {
    case "number":
      return formula.value;
    case "variable":
      return w[formula.index]!;
    case "negate":
      return -value(formula.of, w);
    case "binary": {
      const [a, b] = [value(formula.left, w), value(formula.right, w)];
      return { "+": a + b, "-": a - b, "*": a * b, "/": a / b }[formula.operator];
    }
    case "power":
      return value(formula.base, w) ** formula.exponent;
    case "call":
      return Math[formula.function as "sin"](value(formula.of, w));
  }
}

/** Formulas of two variables without singularities, of moderate size. */
const formulas = fc.letrec<{ formula: Formula }>((tie) => {
  const inner = tie("formula");
  const bounded = fc.record({
    form: fc.constant("call" as const),
    function: fc.constantFrom("sin", "cos", "tanh"),
    of: inner,
  });
  return {
    formula: fc.oneof(
      { maxDepth: 4 },
      fc.integer({ min: -8, max: 8 }).map((n): Formula => ({ form: "number", value: n / 8 })),
      fc.nat(1).map((index): Formula => ({ form: "variable", index })),
      inner.map((of): Formula => ({ form: "negate", of })),
      fc.record({
        form: fc.constant("binary" as const),
        operator: fc.constantFrom("+", "-", "*"),
        left: inner,
        right: inner,
      }),
      bounded,
      // What these are given is bounded, or away from zero.
      fc.record({
        form: fc.constant("power" as const),
        base: bounded,
        exponent: fc.constantFrom(0, 1, 2, 3, 5),
      }),
      fc.record({
        form: fc.constant("call" as const),
        function: fc.constant("exp"),
        of: bounded,
      }),
      fc
        .tuple(bounded, fc.constantFrom("log", "sqrt", "reciprocal", "power"))
        .map(([of, name]): Formula => {
          const two: Formula = { form: "number", value: 2 };
          const positive: Formula = { form: "binary", operator: "+", left: two, right: of };
          if (name === "power") return { form: "power", base: positive, exponent: -1.5 };
          if (name !== "reciprocal") return { form: "call", function: name, of: positive };
          return { form: "binary", operator: "/", left: two, right: positive };
        }),
    ),
  };
}).formula;

it("any formula has its value, and derivatives that finite differences have", async () => {
  await fc.assert(
    fc.asyncProperty(formulas, async (formula) => {
      const found = await derivatives(sourceOf(2, formula));
      const w = Float64Array.of(0.7, -0.4);
      const [u, v] = [Float64Array.of(0.6, 0.8), Float64Array.of(-0.5, 0.3)];
      expect(closeness([found.loss(w)], [value(formula, w)])).toBeLessThan(1e-12);
      // As in the tests of rules: constants are stored in float32.
      const tolerance = 5e-7;
      expect(closeness(found.gradient(w), gradientByDifferences(found, w))).toBeLessThan(tolerance);
      const product = difference(found.gradient, u);
      expect(closeness(found.products(w, [u])[0]!, product(w))).toBeLessThan(tolerance);
      const third = found.thirdDerivatives(w, [u, v])[1]!;
      expect(closeness(third, difference(product, v)(w))).toBeLessThan(tolerance);
    }),
    { numRuns: 60 },
  );
});

const engines = await presentEngines();

describe.each(engines)("on $name", (engine) => {
  async function along(formula: string, at: number) {
    const objective = await engine.compile(written(`landscape f(x) = ${formula}`));
    const point = objective.at(Float32Array.of(at));
    const { loss, gradient } = await point.lossAndGradient();
    const [product] = await point.products([Float32Array.of(1)]);
    const [[third]] = (await point.thirdDerivatives([Float32Array.of(1)])) as [[Float32Array]];
    await objective.dispose();
    return [loss, gradient[0]!, product![0]!, third[0]!];
  }

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 10])(
    "x ^ %i is exact, at zero and below, to third order",
    async (n) => {
      const falling = (k: number) => [...Array(k).keys()].reduce((p, i) => p * (n - i), 1);
      const exact = (x: number) =>
        [0, 1, 2, 3].map((k) => (falling(k) === 0 ? 0 : falling(k) * x ** (n - k)));
      for (const x of [0, -2, 3]) expect(await along(`x ^ ${n}`, x)).toEqual(exact(x));
    },
  );

  it.each([
    ["x ^ -2", -2, [1 / 4, 2 / 8, 6 / 16, 24 / 32]],
    ["x ^ 1.5", 4, [8, 3, 3 / 8, -3 / 64]],
    ["sqrt(x)", 4, [2, 1 / 4, -1 / 32, 3 / 256]],
    ["log(x)", 2, [Math.LN2, 1 / 2, -1 / 4, 1 / 4]],
    ["exp(x)", 1, [Math.E, Math.E, Math.E, Math.E]],
    ["sin(x)", 1, [Math.sin(1), Math.cos(1), -Math.sin(1), -Math.cos(1)]],
    ["cos(x)", 1, [Math.cos(1), -Math.sin(1), -Math.cos(1), Math.sin(1)]],
    ["tanh(x)", 0, [0, 1, 0, -2]],
  ])("%s has its derivatives at %d", async (formula, x, exact) => {
    // Some dozen operations in float32 on values of order one.
    expect(closeness(await along(formula, x), exact)).toBeLessThan(16 * rounded);
  });

  it("a landscape that no variable changes has zero derivatives", async () => {
    expect(await along("3 / 2", 1)).toEqual([1.5, 0, 0, 0]);
  });
});

it("the functions have values where they are smooth, and none elsewhere", () => {
  const at = (name: string, x: number) => smoothFunctions.find((f) => f.name === name)!.value(x);
  for (const { name } of smoothFunctions) {
    expect(at(name, 0.5)).toBe(Math[name as "sin"](0.5));
  }
  expect([at("log", 0), at("log", -1), at("sqrt", -1)].some(Number.isFinite)).toBe(false);
});

it("an unknown function is an error, not a constant", () => {
  const formula: Formula = { form: "call", function: "abs", of: { form: "variable", index: 0 } };
  const { loss } = buildLandscape(1, formula);
  expect(() => loss(tf, [])).toThrow("no function is named 'abs'");
});

afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe("the numbers of a landscape are those of its flow's precision", () => {
  const said = (constant: string, settings = "") => {
    const text = `${constant.includes("half") ? "param half = 1e60 / 2" : ""}
landscape f(x, y) = 3 * x + ${constant}
flow f {
  landscape = f  weights = at([1, 1])  optimizer = gd(1)  steps = 1  discrete  ${settings}
}`;
    return check({ name: "test.cflow", text }, vocabulary).diagnostics.map(
      ({ code, message, help, labels }) => {
        const [{ span }] = labels as [(typeof labels)[number]];
        return [`${code} ${text.slice(span.start, span.end)}: ${message}`, help];
      },
    );
  };
  const single = "is out of the range of float32, which is 1.18e-38 to 3.40e38 in magnitude";
  const double = "is out of the range of float64, which is 2.23e-308 to 1.79e308 in magnitude";
  const wider = "scale the landscape, or set `precision = float64` in the flow";

  it.each<[constant: string, shown: string, value: string]>([
    ["1e60 * x", "1e60", "1e+60"],
    ["y * (3 - 1e60)", "(3 - 1e60)", "-1e+60"],
    ["exp(half * x)", "half", "5e+59"],
    ["x / 1e-60", "1e-60", "1e-60"],
    ["-1e-39 - y", "-1e-39", "-1e-39"],
    ["x ^ 1e-60", "1e-60", "1e-60"],
    ["x + exp(100)", "exp(100)", `${Math.exp(100)}`],
  ])("%s is refused in float32, not in float64", (constant, shown, value) => {
    expect(said(constant)).toEqual([[`CF1706 ${shown}: ${value} ${single}`, wider]]);
    expect(said(constant, "precision = float64")).toEqual([]);
  });

  it.each(["0 * x", "3.4028235e38 * x", "1.1754944e-38 * x", "1e60 * 1e-60 * x", "x ^ 2 ^ 0.5"])(
    "%s is not",
    (constant) => {
      expect(said(constant)).toEqual([]);
    },
  );

  it("in float64, too, there are some that it lacks", () => {
    expect(said("1e-310 * x", "precision = float64")).toEqual([
      [`CF1706 1e-310: 1e-310 ${double}`, "scale the landscape"],
    ]);
  });

  it("is said once of each, not of each flow", () => {
    const again = "landscape = f  weights = at([1, 1])  optimizer = gd(1)  steps = 1  discrete";
    const two = said("1e60 * x + 1e50 * y", `} flow again { ${again}`);
    expect(two).toHaveLength(2);
  });
});
