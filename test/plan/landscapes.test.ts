/** Landscapes in the plan: what of a formula decides values, and what of it is only a spelling. */
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../data/folder.js";
import { stepsOf } from "../support/steps.js";

const folder = temporaryFolder();
folder.npy("start.npy", [2], Float32Array.of(0.01, 6.4));

const text = `
param zeta = 1
param epsilon = 0.01

landscape minimal(x, y) = (y + zeta * x) * x * x / 2 - epsilon * (x + y)

flow toy {
  landscape = minimal  optimizer = gd { lr = 0.3 }  weights = at([0.01, 6.4])
  steps = 20
  discrete
  central
}

expect "held" { final(toy.central.effective_eigenvalues[0]) < 2.1 }
`;

const processes = ["toy.discrete", "toy.central"];
const claim = 'expect "held"';
const all = ["toy.init", ...processes, claim];

/** Steps whose values nobody knows who has run the original text. */
function stale(changed: string): string[] {
  const known = new Set([...stepsOf(text).values()].map(({ fingerprint }) => fingerprint));
  return [...stepsOf(changed, folder.path).values()]
    .filter((step) => !known.has(step.fingerprint))
    .map(({ name }) => name);
}

function edited(from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`the text has no ${from}`);
  return result;
}

describe("edits that change no value make nothing stale", () => {
  it.each<[string, string]>([
    ["the landscape's name", text.replaceAll("minimal", "valley")],
    ["the variables' names", text.replace(/landscape m.*/, (line) => line.replace(/\bx\b/g, "u"))],
    ["a param's name", text.replaceAll("zeta", "tilt")],
    ["a param written out", edited(/ zeta \*/, " 1 *").replace("param zeta = 1", "")],
    ["constants computed", edited("param epsilon = 0.01", "param epsilon = 1 / 10 ^ 2")],
    [
      "white space and parentheses",
      edited("(y + zeta * x) * x * x / 2", "((((y+(zeta*x)) * x)*x)/2)"),
    ],
    ["a seed", edited("steps = 20", "steps = 20  seed = 7")],
    [
      "another flow on it",
      `${text}\n${text.match(/flow toy[^}]*}[^}]*}/)![0].replace("toy", "again")}`,
    ],
  ])("%s", (_, changed) => {
    expect(stale(changed)).toEqual([]);
  });
});

describe("edits make stale what depends on them", () => {
  it.each<[string, string, readonly string[]]>([
    ["a constant", edited("epsilon = 0.01", "epsilon = 0.02"), [...processes, claim]],
    ["a term", edited("- epsilon * (x + y)", "- epsilon * y"), [...processes, claim]],
    ["an operator", edited("x * x / 2", "x * x * 2"), [...processes, claim]],
    ["a power", edited("x * x / 2", "x ^ 3 / 2"), [...processes, claim]],
    [
      "an exponent",
      edited("x * x / 2", "x ^ 2 / 2"),
      // Equal values, but another computation.
      [...processes, claim],
    ],
    ["the order of variables", edited("(x, y)", "(y, x)"), [...processes, claim]],
    ["another variable", edited("(x, y)", "(x, y, z)").replace("6.4]", "6.4, 0]"), all],
    ["the start", edited("6.4", "6.5"), all],
    ["the optimizer", edited("0.3", "0.2"), [...processes, claim]],
    ["the length", edited("steps = 20", "steps = 30"), [claim]],
    ["a start from a file", edited("at([0.01, 6.4])", 'npy("start.npy")'), all],
  ])("%s", (_, changed, names) => {
    expect(stale(changed)).toEqual(names);
  });
});

it("has no dataset step, and parameters without names", () => {
  const steps = stepsOf(text);
  expect([...steps.keys()]).toEqual(all);
  const { inputs, parameters } = steps.get("toy.central")!;
  expect(inputs).toEqual({ weights: "toy.init" });
  expect(parameters.landscape).toMatchObject({ variables: 2, formula: { operator: "-" } });
  expect(Object.keys(parameters).sort()).toEqual([
    "central",
    "eigenvalues",
    "landscape",
    "optimizer",
  ]);
  expect(steps.get("toy.init")!.parameters).toEqual({
    weights: { maker: "at", values: [0.01, 6.4] },
    variables: 2,
  });
  expect(JSON.stringify(parameters)).not.toMatch(/minimal|zeta|epsilon|"x"|"y"/);
});

it("warms up on the landscape", () => {
  const warm = stepsOf(edited("steps = 20", "steps = 20  warmup = 3"));
  const { inputs, parameters } = warm.get("toy.warmup")!;
  expect(inputs).toEqual({ weights: "toy.init" });
  expect(parameters.landscape).toEqual(warm.get("toy.central")!.parameters.landscape);
});

it("knows where a landscape was written", () => {
  const { places } = stepsOf(text).get("toy.central")!;
  const { source, start, end } = places.landscape!;
  expect(source.text.slice(start, end)).toBe("(y + zeta * x) * x * x / 2 - epsilon * (x + y)");
});
