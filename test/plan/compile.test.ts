/** From texts to steps: what each edit of a pipeline makes stale, and what it leaves alone. */
import { copyFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";
import { type CompileOptions, compile } from "../../src/plan/compile.js";
import type { Step, StepGraph } from "../../src/plan/graph.js";
import type { JsonObject } from "../../src/runtime/step.js";
import { stepKinds } from "../../src/steps/index.js";
import { modelOf } from "../../src/steps/model.js";
import { temporaryFolder } from "../data/folder.js";

const folder = temporaryFolder();
const ramp = (length: number, slope = 0.1) =>
  Float32Array.from({ length }, (_, i) => slope * (i - length / 2));
folder.npy("x.npy", [6, 2], ramp(12));
folder.npy("y.npy", [6], ramp(6));
folder.npy("w.npy", [9], ramp(9));

const text = `
param lr = 0.05
param width = 8

dataset digits = mnist { classes = 3  train = 30  test = 6 }
dataset own = arrays { x_train = "x.npy"  y_train = "y.npy" }

model mlp = flatten -> dense(width) -> tanh -> dense(outputs)

optimizer descent = gd { lr = lr }

flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = descent
  steps = 20  seed = 1
  eigenvalues { above = 1.5 }
  discrete
  midpoint
  central { substeps = 4 }
  stable
}

flow mine {
  dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse  optimizer = gd { lr = 0.1 }
  weights = npy("w.npy")
  steps = 10
  central
}

expect "locked" { max(eos.central.effective_eigenvalues[0]) < 2.1 }
expect "learned" { final(eos.discrete.train_loss) < 1 }
expect "mine" { final(mine.central.train_loss) < 1 }
`;

const onnx: CompileOptions = {
  vocabulary,
  kinds: stepKinds,
  engine: { name: "onnx", precision: "float32" },
};

function graphOf(given: string, options: Partial<CompileOptions> = {}): StepGraph {
  const source = { name: "test.cflow", text: given };
  const { program, diagnostics } = check(source, vocabulary, { directory: folder.path });
  if (!program) throw new Error(renderDiagnostics(diagnostics, { colors: false }));
  return compile(program, { ...onnx, ...options });
}

/** Steps whose values nobody knows who has run the original text. */
function stale(graph: StepGraph): string[] {
  const known = new Set(graphOf(text).steps.map(({ fingerprint }) => fingerprint));
  return graph.steps.filter((step) => !known.has(step.fingerprint)).map(({ name }) => name);
}

function edited(from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`the text has no ${from}`);
  return result;
}

const claims = { locked: 'expect "locked"', learned: 'expect "learned"', mine: 'expect "mine"' };
const tracked = ["eos.discrete", "eos.midpoint", "eos.central"];
const processes = [...tracked, "eos.stable"];
const eosClaims = [claims.locked, claims.learned];

describe("edits that change no value make nothing stale", () => {
  it.each<[string, string]>([
    ["a comment", edited("flow eos {", "flow eos { // at the edge")],
    ["formatting", text.replace(/\s+/g, " ")],
    ["the order of declarations", edited(/(param width = 8)([\s\S]*)/, "$2\n$1")],
    ["the order of settings", edited("classes = 3  train = 30", "train = 30  classes = 3")],
    ["a dataset's name", text.replaceAll("digits", "numbers")],
    ["a model's name", text.replaceAll("mlp", "net")],
    ["an optimizer's name", text.replaceAll("descent", "sgd")],
    ["a flow's name", text.replaceAll(/\beos\b/g, "edge")],
    ["a claim's title", edited('"locked"', '"the sharpness is locked"')],
    ["a param written out", edited("gd { lr = lr }", "gd { lr = 0.05 }").replace(/param lr.*/, "")],
    ["a seed that draws no weights", edited("steps = 10", "steps = 10  seed = 7")],
    ["a default written out", edited("stable", "stable { max_sharpness = 100 }")],
    [
      "a model written in place",
      edited("model = mlp", "model = flatten -> dense(width) -> tanh -> dense(3)"),
    ],
  ])("%s", (_, changed) => {
    expect(stale(graphOf(changed))).toEqual([]);
  });
});

describe("edits make stale what depends on them", () => {
  it.each<[string, string, readonly string[]]>([
    ["substeps", edited("substeps = 4", "substeps = 8"), ["eos.central", claims.locked]],
    ["max_sharpness", edited("stable", "stable { max_sharpness = 9 }"), ["eos.stable"]],
    ["the learning rate", edited("lr = 0.05", "lr = 0.04"), [...processes, ...eosClaims]],
    ["the width", edited("width = 8", "width = 9"), ["eos.init", ...processes, ...eosClaims]],
    ["the seed", edited("seed = 1", "seed = 2"), ["eos.init", ...processes, ...eosClaims]],
    ["eigenvalues.above", edited("above = 1.5", "above = 1.4"), [...tracked, ...eosClaims]],
    [
      "eigenvalues.tolerance",
      edited("above = 1.5", "tolerance = 1e-3"),
      [...processes, ...eosClaims],
    ],
    [
      "eigenvalues.every",
      edited("above = 1.5", "every = 2"),
      ["eos.discrete", "eos.midpoint", claims.learned],
    ],
    [
      "no eigenvalues",
      edited("eigenvalues { above = 1.5 }", ""),
      ["eos.discrete", "eos.midpoint", claims.learned],
    ],
    [
      "snapshots",
      edited("eigenvalues", "snapshots { every = 5 } eigenvalues"),
      [...processes, ...eosClaims],
    ],
    [
      "a warmup",
      edited("steps = 20", "steps = 20  warmup = 2"),
      ["eos.warmup", ...processes, ...eosClaims],
    ],
    ["the number of steps", edited("steps = 20", "steps = 30"), eosClaims],
    [
      "the number of examples",
      edited("train = 30", "train = 33"),
      ["digits", ...processes, ...eosClaims],
    ],
    ["a claim's bound", edited("< 2.1", "< 2.05"), [claims.locked]],
  ])("%s", (_, changed, names) => {
    expect(stale(graphOf(changed))).toEqual(names);
  });

  it("another engine: all that it computes, and what reads that", () => {
    const graph = graphOf(text, { engine: { name: "cpu", precision: "float32" } });
    const kept = ["digits", "eos.init", "own", "mine.init"];
    const names = graph.steps.map(({ name }) => name);
    expect(stale(graph)).toEqual(names.filter((name) => !kept.includes(name)));
  });

  it("another version of a kind: its steps, and what reads them", () => {
    const kinds = stepKinds.map((each) =>
      each.kind === "central" ? { ...each, version: each.version + 1 } : each,
    );
    const names = ["eos.central", "mine.central", claims.locked, claims.mine];
    expect(stale(graphOf(text, { kinds }))).toEqual(names);
  });
});

describe("a learning rate that is a schedule", () => {
  const scheduled = edited("gd { lr = lr }", "gd { lr = warmup(cosine(lr, 100), 5) }");
  const lrOf = (graph: StepGraph) => {
    const { parameters } = graph.steps.find(({ name }) => name === "eos.central")!;
    return (parameters.optimizer as JsonObject).lr;
  };

  it("is plain data in the parameters, where a number stays a number", () => {
    expect(lrOf(graphOf(text))).toBe(0.05);
    expect(lrOf(graphOf(scheduled))).toEqual({
      schedule: "warmup",
      target: { schedule: "cosine", from: 0.05, steps: 100, floor: 0.01 },
      steps: 5,
    });
    expect(stale(graphOf(scheduled))).toEqual([...processes, ...eosClaims]);
  });

  it("has a place for each of its settings", () => {
    const { places } = graphOf(scheduled).steps.find(({ name }) => name === "eos.stable")!;
    const written = (path: string) => {
      const { start, end } = places[path]!;
      return scheduled.slice(start, end);
    };
    expect(written("optimizer.lr")).toBe("warmup(cosine(lr, 100), 5)");
    expect(written("optimizer.lr.target.steps")).toBe("100");
  });
});

describe("files count by what they hold", () => {
  it("another path to the same bytes makes nothing stale", () => {
    for (const name of ["x.npy", "w.npy"]) {
      copyFileSync(`${folder.path}/${name}`, `${folder.path}/copy-${name}`);
    }
    const changed = edited('"x.npy"', '"copy-x.npy"').replace('"w.npy"', '"copy-w.npy"');
    expect(stale(graphOf(changed))).toEqual([]);
  });

  it.each<[string, readonly number[], number, readonly string[]]>([
    ["x.npy", [6, 2], 12, ["own", "mine.central", claims.mine]],
    ["w.npy", [9], 9, ["mine.init", "mine.central", claims.mine]],
  ])("other values in %s do", (name, shape, size, names) => {
    folder.npy(`other-${name}`, shape, ramp(size, 0.2));
    expect(stale(graphOf(edited(`"${name}"`, `"other-${name}"`)))).toEqual(names);
  });

  it("keeps paths out of what is hashed", () => {
    for (const { parameters } of graphOf(text).steps) {
      expect(JSON.stringify(parameters)).not.toContain(".npy");
    }
  });
});

describe("the graph", () => {
  const { steps } = graphOf(text);
  const named = (name: string): Step => steps.find((step) => step.name === name)!;

  it("has one step a dataset, initial weights and process, and every step after its inputs", () => {
    const names = steps.map(({ name }) => name);
    expect(names).toEqual([
      ...["digits", "eos.init", ...processes],
      ...["own", "mine.init", "mine.central"],
      ...Object.values(claims),
    ]);
    for (const [i, { inputs }] of steps.entries()) {
      for (const name of Object.values(inputs)) {
        expect(names.slice(0, i)).toContain(name);
      }
    }
  });

  it("shares a dataset between flows", () => {
    const shared = graphOf(`${text}
      flow again { dataset = digits  model = mlp  loss = mse  optimizer = descent  steps = 5  discrete }
    `);
    expect(shared.steps.filter(({ kind }) => kind === "dataset")).toHaveLength(2);
    const again = shared.steps.find(({ name }) => name === "again.discrete")!;
    expect(again.inputs).toEqual({ data: "digits", weights: "again.init" });
  });

  it("knows equal datasets written in place by their fingerprint", () => {
    const place = "dataset = mnist { classes = 3  train = 30  test = 6 }";
    const graph = graphOf(edited("dataset = digits", place).replace(/dataset digits.*/, ""));
    const own = graph.steps.find(({ name }) => name === "eos.dataset")!;
    expect(own.fingerprint).toBe(named("digits").fingerprint);
    expect(stale(graph)).toEqual([]);
  });

  it("gives lengths to processes only", () => {
    for (const { name, length } of steps) {
      const process = processes.includes(name) || name === "mine.central";
      expect(length !== undefined).toBe(process);
    }
    expect(named("eos.central").length).toBe(20);
  });

  it("keeps the chains that a layer is given, and where their layers stand", () => {
    const chain = "residual(dense(4) -> tanh -> dense(6), shortcut = dense(6), scale = 0.5)";
    const model = `model mlp = flatten -> ${chain} -> dense(outputs)`;
    const graph = graphOf(edited(/model mlp.*/, model));
    const step = graph.steps.find(({ name }) => name === "eos.stable")!;
    const dense = (units: number) => ({ maker: "dense", units, bias: true });
    expect((step.parameters.model as JsonObject).layers).toEqual([
      { maker: "flatten" },
      {
        maker: "residual",
        scale: 0.5,
        branches: [
          { name: "branch", layers: [dense(4), { maker: "tanh" }, dense(6)] },
          { name: "shortcut", layers: [dense(6)] },
        ],
      },
      dense(3),
    ]);
    const at = (path: string) => {
      const { source, start, end } = step.places[`model.layers.1${path}`]!;
      return source.text.slice(start, end);
    };
    expect(at("")).toBe("residual");
    expect(at(".branches.0.layers.1")).toBe("tanh");
    expect(at(".branches.1.layers.0")).toBe("dense(6)");
    expect(at(".branches.1.layers.0.units")).toBe("6");
    expect(at(".scale")).toBe("0.5");
    const { parameters } = modelOf(step.parameters.model!);
    expect(parameters.map(({ name }) => name).slice(0, 6)).toEqual([
      "1.branch.0.weight",
      "1.branch.0.bias",
      "1.branch.2.weight",
      "1.branch.2.bias",
      "1.shortcut.0.weight",
      "1.shortcut.0.bias",
    ]);
  });

  it.each([
    ["a layer in a chain that a layer is given", "dense(4)", "dense(5)"],
    ["the order of such chains", "tanh, gelu", "gelu, tanh"],
    ["which chain a layer stands in", "tanh, gelu -> tanh", "tanh -> gelu, tanh"],
  ])("is another step for %s", (_what, before, after) => {
    const model =
      "model mlp = flatten -> residual(dense(4) -> dense(784)) -> parallel(tanh, gelu -> tanh) -> dense(outputs)";
    const stable = (line: string) =>
      graphOf(edited(/model mlp.*/, line)).steps.find(({ name }) => name === "eos.stable")!;
    expect(model).toContain(before);
    expect(stable(model.replace(before, after)).fingerprint).not.toBe(stable(model).fingerprint);
  });

  it("knows where settings were written", () => {
    const written = (name: string, path: string) => {
      const { source, start, end } = named(name).places[path]!;
      return source.text.slice(start, end);
    };
    expect(written("eos.central", "central.substeps")).toContain("4");
    expect(written("eos.discrete", "eigenvalues.above")).toContain("1.5");
    expect(written("eos.init", "seed")).toContain("1");
    expect(written("mine.init", "weights")).toContain('npy("w.npy")');
    expect(written("eos.stable", "model.layers.2")).toContain("tanh");
    expect(written("digits", "train")).toContain("30");
    expect(named("eos.stable").places["stable.max_sharpness"]).toBeUndefined();
  });
});
