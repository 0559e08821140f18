import { describe, expect, test } from "vitest";
import type { ResolvedModel, SupervisedFlow } from "../../src/dsl/index.js";
import { checkText, eos, forms } from "./texts.js";

function right(text: string, options = {}) {
  const { program, diagnostics } = checkText(text, options);
  expect(diagnostics).toEqual([]);
  return program!;
}

/** The flows of a text that are on no landscape. */
function flowsOf(text: string, options = {}): SupervisedFlow[] {
  return right(text, options).flows.flatMap((each) => (each.form === "supervised" ? [each] : []));
}

function codesOf(text: string, options = {}): string[] {
  return checkText(text, options).diagnostics.map(({ code }) => code);
}

/** A flow `f` over declarations, with everything that a flow needs. */
function flow(model: string, rest = ""): string {
  return `flow f { dataset = mnist { classes = 4 }  model = ${model}  loss = mse  optimizer = gd(0.1)
  steps = 10  discrete  ${rest} }`;
}

function layersOf(text: string) {
  return flowsOf(text)[0]!.model.layers.map(({ maker, output }) => [maker, ...output]);
}

describe("the design's example", () => {
  const program = right(eos);

  test("params have their values", () => {
    expect(program.params.map(({ name, value }) => [name, value])).toEqual([
      ["lr", 0.02],
      ["width", 256],
    ]);
  });

  test("the flow refers to what was declared", () => {
    const [flow] = flowsOf(eos);
    expect(flow!.dataset).toMatchObject({
      name: "digits",
      maker: "mnist",
      settings: { classes: 4, train: 1000, test: 500 },
      description: { outputs: 4 },
    });
    expect(flow!.optimizer).toMatchObject({ name: "gd", maker: "gd", settings: { lr: 0.02 } });
    expect(flow!.loss).toMatchObject({ maker: "mse", settings: { scale: 1 } });
    expect(flow!.weights).toMatchObject({ maker: "default", settings: {} });
    expect(flow!.settings).toEqual({ steps: 1000, seed: 0 });
    expect(flow!.blocks.eigenvalues).toMatchObject({ settings: { above: 1.5 } });
    expect(flow!.processes.map(({ name, settings }) => [name, settings])).toEqual([
      ["discrete", {}],
      ["midpoint", {}],
      ["central", { substeps: 4, critical: 1.95 }],
      ["stable", { max_sharpness: 100 }],
    ]);
  });

  test("the model is expanded and its parameters are counted", () => {
    const { model } = flowsOf(eos)[0]!;
    expect(model.layers.map(({ maker }) => maker)).toEqual(
      "flatten dense gelu dense gelu dense".split(" "),
    );
    const [inputs, width, outputs] = [28 * 28, 256, 4];
    expect(model.parameterCount).toBe(
      (inputs + 1) * width + (width + 1) * width + (width + 1) * outputs,
    );
  });

  test("places say where each setting was written, and defaults have none", () => {
    const { settings, places } = program.flows[0]!.processes[2]!;
    expect(Object.keys(settings)).toEqual(Object.keys(places));
    const { start, end } = places.critical!;
    expect(eos.slice(start, end)).toBe("1.95");
    expect(program.flows[0]!.weights.places).toEqual({});
  });

  test("the declared names are listed", () => {
    expect(checkText(eos).symbols.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "param lr",
      "param width",
      "dataset digits",
      "layer block",
      "model mlp",
      "optimizer gd",
      "flow eos",
      "claim the flow locks the sharpness at its threshold",
      "claim the flow predicts the averaged loss",
    ]);
  });
});

const outputsOf = ({ layers }: ResolvedModel) => layers.at(-1)!.output[0]!;

describe("names", () => {
  test("declared names win over makers, but not in their own declaration", () => {
    const { model, dataset } = flowsOf(forms)[1]!;
    expect(model.layers.map(({ maker }) => maker)).toEqual(
      "flatten dense tanh dense tanh dense parallel gelu dense".split(" "),
    );
    expect(dataset).toMatchObject({ name: "again", maker: "mnist", settings: { train: 200 } });
  });

  test("a declared layer hides the maker of its name, whose own it can still use", () => {
    const text = `layer dense(n) = dense(n, bias = false) -> gelu\n${flow("flatten -> dense(4)")}`;
    expect(layersOf(text)).toEqual([
      ["flatten", 784],
      ["dense", 4],
      ["gelu", 4],
    ]);
  });

  test("a layer holds the chains that it is given, each from the layer's own input", () => {
    const { model } = flowsOf(forms)[1]!;
    const [plain, wide] = model.layers[6]!.branches;
    expect(plain).toMatchObject({ name: "0", layers: [{ maker: "residual" }] });
    expect(wide).toMatchObject({ name: "1", layers: [{ maker: "residual" }, { maker: "tanh" }] });
    const { settings, branches, input, output } = wide!.layers[0]!;
    expect({ settings, input, output }).toEqual({
      settings: { scale: 1 },
      input: [16],
      output: [16],
    });
    expect(branches.map(({ name, layers }) => [name, layers.map(({ maker }) => maker)])).toEqual([
      ["branch", "dense tanh dense tanh dense dense tanh dense tanh dense dense".split(" ")],
      ["shortcut", ["tanh", "dense"]],
    ]);
    for (const { layers } of branches) expect(layers[0]!.input).toEqual([16]);
    // What is outside, then twice(3, 3) twice and the two dense(16).
    const outside = 784 * 8 + 8 * 8 + 9 * 16 + 33 * outputsOf(model);
    const twice = (n: number) => 3 * n + 3 * 3 + 4 * 3;
    expect(model.parameterCount).toBe(outside + twice(16) + twice(3) + 4 * 16 + 17 * 16);
  });

  test("the order of declarations does not matter", () => {
    const lines = [
      "param twice = 2 * once",
      "param once = 3",
      "layer outer(n) = inner(n) -> gelu",
      "layer inner(n) = dense(n)",
      "optimizer gd = gd(once)",
      "model m = flatten -> outer(twice) -> dense(outputs)",
      flow("m"),
    ];
    expect(layersOf(lines.join("\n"))).toEqual(layersOf(lines.reverse().join("\n")));
  });

  test("`outputs` is what each flow's dataset asks for", () => {
    const use = (name: string, classes: number) =>
      flow("m").replace("flow f", `flow ${name}`).replace("classes = 4", `classes = ${classes}`);
    const flows = flowsOf(`model m = flatten -> dense(outputs)\n${use("a", 3)}\n${use("b", 7)}`);
    expect(flows.map(({ model }) => model.layers.at(-1)!.output)).toEqual([[3], [7]]);
  });

  test.each([
    ["datasets", "dataset a = b\ndataset b = a"],
    ["optimizers", "optimizer a = b\noptimizer b = c\noptimizer c = a"],
    ["models", "model a = gelu -> b\nmodel b = a"],
    ["layers", "layer a(n) = b(n)\nlayer b(n) = dense(n) -> a(n)"],
    ["params", "param a = [b]\nparam b = -a"],
  ])("%s that need themselves are errors", (_what, text) => {
    expect(new Set(codesOf(text))).toContain("CF1204");
  });

  test("layers that grow exponentially end in an error, not in a hang", () => {
    const doubled = Array.from({ length: 60 }, (_, i) => `layer l${i + 1} = l${i} -> l${i}`);
    const text = ["layer l0 = gelu", ...doubled, flow("l60")].join("\n");
    expect(codesOf(text)).toContain("CF1405");
  });

  test.each(["residual(l, shortcut = l)", "9 * residual(l)", "residual(residual(l))"])(
    "so do %s within each other",
    (layer) => {
      const nested = Array.from(
        { length: 60 },
        (_, i) => `layer l${i + 1} = ${layer.replaceAll("l)", `l${i})`).replace("l,", `l${i},`)}`,
      );
      const text = ["layer l0 = gelu", ...nested, flow("flatten -> l60")].join("\n");
      expect(codesOf(text)).toContain("CF1405");
    },
  );

  test("lists that grow exponentially end in an error, not in a hang", () => {
    const doubled = Array.from({ length: 60 }, (_, i) => `param p${i + 1} = [p${i}, p${i}]`);
    expect(codesOf(["param p0 = 1", ...doubled].join("\n"))).toContain("CF1305");
  });

  test("a chain of ten thousand params ends in an error, not in a crash", () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `param p${i} = p${i + 1}`);
    expect(codesOf([...lines, "param p10000 = 1"].join("\n"))).toContain("CF1106");
  });
});

describe("settings", () => {
  test("paths are relative to the folder of the text", () => {
    const flows = flowsOf(forms, { directory: "/some/where" });
    expect(flows[0]!.dataset.settings).toEqual({ x: "/some/where/a.npy", y: "/some/where/b.npy" });
    expect(flows[0]!.weights.settings).toEqual({ path: "/some/where/w0.npy", layout: "torch" });
  });

  test("arguments by position and by name, and settings in a block, mean the same", () => {
    const settings = [
      "rmsprop(0.1, beta2 = 0.9)",
      "rmsprop(lr = 0.1) { beta2 = 0.9 }",
      "rmsprop { beta2 = 0.9  lr = 0.1 }",
    ]
      .map((written) => right(flow("flatten -> dense(outputs)").replace("gd(0.1)", written)))
      .map(({ flows }) => flows[0]!.optimizer.settings);
    expect(settings).toEqual(settings.map(() => ({ lr: 0.1, beta2: 0.9 })));
  });

  test("a block is absent unless it is written", () => {
    expect(right(flow("flatten -> dense(outputs)")).flows[0]!.blocks).toEqual({});
    expect(right(eos).flows[0]!.blocks.snapshots).toBeUndefined();
    expect(right(forms).flows[0]!.blocks.snapshots).toMatchObject({ settings: { every: 5 } });
  });

  test("zero has no sign", () => {
    const { params } = right(
      "param a = -0\nparam b = 0 * -1\nparam c = -1e-300 * 1e-300\nparam d = 0 / -3\nlayer l = 1 * (dense(a) -> dense(b) -> dense(c) -> dense(d))".replace(
        /layer.*/,
        "",
      ) + flow("flatten -> dense(outputs)", "").replace("gd(0.1)", "gd(1 + a + b + c + d)"),
    );
    expect(params.map(({ value }) => Object.is(value, -0))).toEqual([false, false, false, false]);
  });
});

describe("powers", () => {
  test.each([
    ["2 ^ 10", 1024],
    ["-2 ^ 2", -4],
    ["(-2) ^ 3", -8],
    ["2 ^ 3 ^ 2", 512],
    ["4 ^ -0.5", 0.5],
    ["0 ^ 0", 1],
    ["2 * 3 ^ 2 + 1", 19],
  ])("%s is %d", (text, value) => {
    const { program } = checkText(`param p = ${text}`);
    expect(program!.params[0]!.value).toBe(value);
  });

  test.each([
    ["0 ^ -1", "`0 ^ -1` divides by zero"],
    ["(-8) ^ (1 / 3)", "`(-8) ^ (1 / 3)` is no real number"],
    ["10 ^ 400", "`10 ^ 400` is larger than any number can be"],
  ])("%s has no finite result", (text, message) => {
    const { diagnostics } = checkText(`param p = ${text}`);
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(["CF1205", "CF1306"]);
    expect(diagnostics.map((each) => each.message)).toContain(message);
  });

  test("zero has no sign there, either", () => {
    const { program } = checkText("param p = (0 * -1) ^ 3\nparam q = -1e-200 ^ 3");
    expect(program!.params.map(({ value }) => Object.is(value, -0))).toEqual([false, false]);
  });
});

describe("schedules", () => {
  const optimizerOf = (written: string, before = "") =>
    right(`${before}\n${flow("flatten -> dense(outputs)").replace("gd(0.1)", written)}`).flows[0]!
      .optimizer;

  test("a number stays a number", () => {
    expect(optimizerOf("gd(0.1)").settings).toEqual({ lr: 0.1 });
  });

  test("a call is its name and its settings, however they are given, with defaults", () => {
    const settings = [
      "gd(linear(0.1, 0.01))",
      "gd { lr = linear(0.1, to = 0.01, steps = 100) }",
      "gd { lr = linear { to = 0.01  from = 0.1 } }",
      "gd(linear(10 * least, least))",
    ].map((written) => optimizerOf(written, written.includes("least") ? "param least = 0.01" : ""));
    expect(settings.map((each) => each.settings)).toEqual(
      settings.map(() => ({ lr: { schedule: "linear", from: 0.1, to: 0.01, steps: 100 } })),
    );
  });

  test("schedules stand within schedules, and know where each setting was written", () => {
    const { settings, places } = optimizerOf("gd { lr = warmup(linear(0.1, 0.01), 50) }");
    expect(settings.lr).toEqual({
      schedule: "warmup",
      target: { schedule: "linear", from: 0.1, to: 0.01, steps: 100 },
      steps: 50,
    });
    const written = Object.entries(places).map(([path, { source, start, end }]) => [
      path,
      source.text.slice(start, end),
    ]);
    expect(Object.fromEntries(written)).toEqual({
      lr: "warmup(linear(0.1, 0.01), 50)",
      "lr.target": "linear(0.1, 0.01)",
      "lr.target.from": "0.1",
      "lr.target.to": "0.01",
      "lr.steps": "50",
    });
  });

  test("a param of a schedule's name is a param", () => {
    expect(optimizerOf("gd(linear)", "param linear = 0.3").settings).toEqual({ lr: 0.3 });
  });

  test.each([
    ["a schedule without its settings", "gd(linear)", ["CF1303", "CF1303"]],
    ["arithmetic", "gd(2 * linear(1, 2))", ["CF1403"]],
    ["a setting that takes none", "rmsprop(0.1, beta2 = linear(0.1, 0.2))", ["CF1403"]],
    ["a layer", "gd(dense(3))", ["CF1203"]],
    ["a misspelt setting, said once", "gd(lrr = linear(0.1, 0.2))", ["CF1301"]],
    ["a misspelt setting of the schedule", "gd(linear(0.1, 0.2, step = 3))", ["CF1301"]],
    ["an error deep within", "gd(warmup(linear(0.1, -0.2), 3))", ["CF1305"]],
    ["a list", "gd([0.1])", ["CF1304"]],
    ["a param", "gd(0.1)\nparam p = linear(0.1, 0.2)", ["CF1205", "CF1403"]],
  ])("%s", (_what, optimizer, codes) => {
    expect(codesOf(`optimizer o = ${optimizer}`).sort()).toEqual(codes);
  });
});

test("a process says which optimizers it cannot be run with", () => {
  const ablated = flow("flatten -> dense(outputs)", "ablated");
  expect(codesOf(ablated)).toEqual(["CF1406"]);
  const adaptive = right(ablated.replace("gd(0.1)", "rmsprop(0.1)"));
  expect(adaptive.flows[0]!.processes.map(({ name }) => name)).toEqual(["discrete", "ablated"]);
});

describe("overrides", () => {
  test("replace the value of a param", () => {
    const options = { overrides: ["lr=0.01", "width = 2 * 64"] };
    const { params } = right(eos, options);
    const flows = flowsOf(eos, options);
    expect(params.map(({ value, span }) => [value, span.source.name])).toEqual([
      [0.01, "<--set #1>"],
      [128, "<--set #2>"],
    ]);
    expect(flows[0]!.optimizer.settings).toEqual({ lr: 0.01 });
    expect(flows[0]!.model.layers[1]!.output).toEqual([128]);
  });

  test.each([
    ["wdith=3", ["CF1207"]],
    ["lr", ["CF1101"]],
    ["lr=", ["CF1104"]],
    ["=3", ["CF1101"]],
    ["lr=1 2", ["CF1101"]],
    ["lr=$", ["CF1001"]],
    ["lr=1/0", ["CF1306"]],
    ["lr=what", ["CF1201"]],
    ["", ["CF1101"]],
    [`lr=${"(".repeat(1000)}`, ["CF1106"]],
  ])("--set %s is an error in the override", (override, codes) => {
    const { diagnostics } = checkText(eos, { overrides: [override] });
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(diagnostics[0]!.labels[0]!.span.source.name).toBe("<--set #1>");
  });

  test.each(["/data", "./data", "../data"])(
    "--set data=%s says that a path needs quotes",
    (path) => {
      const { diagnostics } = checkText('param data = "here"', { overrides: [`data=${path}`] });
      const { help } = diagnostics.find(({ severity }) => severity === "error")!;
      expect(help).toContain(`--set 'data="${path}"'`);
    },
  );

  test("a value that does not fit is shown where it is used and where it was set", () => {
    const { diagnostics } = checkText(eos, { overrides: ["lr=-1"] });
    expect(
      diagnostics.map(({ code, labels }) => [code, ...labels.map(({ span }) => span.source.name)]),
    ).toEqual([["CF1305", "a.cflow", "<--set #1>"]]);
  });

  test("setting a param twice is an error", () => {
    expect(codesOf(eos, { overrides: ["lr=1", "lr=2"] })).toEqual(["CF1202"]);
  });
});

describe("what no flow uses is checked too", () => {
  test.each([
    ["a dataset's settings", "dataset d = mnist { train = 0 }", "CF1305"],
    ["a dataset's description", "dataset d = mnist { train = 20000 }", "CF1310"],
    ["a dataset's files", 'dataset d = arrays { x = "absent.npy"  y = "y.npy" }', "CF1601"],
    ["an optimizer", "optimizer o = gd(-1)", "CF1305"],
    ["a model's names", "model m = flatten -> dance(outputs)", "CF1203"],
    ["a model's settings", "model m = flatten -> dense(0) -> dense(outputs)", "CF1305"],
    ["a layer's names", "layer l(n) = dense(n) -> gelo", "CF1203"],
    ["a layer's values", "layer l(n) = dense(n + m)", "CF1201"],
  ])("%s", (_what, text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });
});

test("errors stand in the order of the text, each once, though two flows meet them", () => {
  const text = `${flow("m")}\n${flow("m").replace("flow f", "flow g")}
model m = flatten -> dense(-1) -> dense(outputs)
optimizer o = gd`;
  expect(codesOf(text)).toEqual(["CF1305", "CF1303"]);
});
