/** A small vocabulary of the same form as the real one, without numerics or files. */
import { z } from "zod";
import {
  type DatasetEntry,
  type DistributionEntry,
  distributionSetting,
  type FunctionEntry,
  type LayerEntry,
  type LossEntry,
  type OptimizerEntry,
  type ProcessEntry,
  pathSetting,
  type ScheduleEntry,
  type SeriesDescription,
  scheduleSetting,
  type Vocabulary,
  type WeightsEntry,
} from "../../src/dsl/vocabulary.js";
import { commandEntry } from "../../src/programs/command.js";

const count = z.int().min(1);

const mnist: DatasetEntry = {
  name: "mnist",
  doc: "Handwritten digits.",
  positional: [],
  settings: z.strictObject({
    classes: z
      .union([count.max(10), z.array(z.int().min(0).max(9)).min(2)])
      .default(10)
      .describe("how many digits, or which"),
    train: count.default(1000).describe("training examples"),
    test: z.int().min(0).default(500).describe("test examples"),
  }),
  describe({ classes, train, test }) {
    if ((train as number) > 10_000) {
      return {
        misfit: `there are 10000 digits, not ${train}`,
        help: "ask for fewer",
        setting: "train",
      };
    }
    const outputs = Array.isArray(classes) ? classes.length : (classes as number);
    return {
      input: [28, 28],
      outputs,
      task: "classification",
      train: train as number,
      test: test as number,
    };
  },
  identity: (settings) => settings,
};

const arrays: DatasetEntry = {
  name: "arrays",
  doc: "Examples from .npy files.",
  positional: [],
  settings: z.strictObject({
    x: pathSetting("the inputs"),
    y: pathSetting("the targets"),
    x_test: pathSetting("the test inputs").optional(),
  }),
  describe({ x }) {
    if (String(x).endsWith("absent.npy")) {
      return { misfit: `there is no file ${String(x).split("/").at(-1)}`, setting: "x" };
    }
    return { input: [3, 2], outputs: 2, task: "regression", train: 10, test: 0 };
  },
  identity: () => ({}),
};

function elementwise(name: string): LayerEntry {
  return {
    name,
    doc: `The activation ${name}.`,
    positional: [],
    settings: z.strictObject({}),
    output: (_settings, input) => input,
    parameters: () => [],
  };
}

const flatten: LayerEntry = {
  name: "flatten",
  doc: "All axes in one.",
  positional: [],
  settings: z.strictObject({}),
  output: (_settings, input) => [input.reduce((a, b) => a * b, 1)],
  parameters: () => [],
};

const dense: LayerEntry = {
  name: "dense",
  doc: "An affine map.",
  positional: ["units"],
  settings: z.strictObject({
    units: count.describe("number of outputs"),
    bias: z.boolean().default(true).describe("whether to add a bias"),
    weight: distributionSetting("what weights start at").optional(),
  }),
  output: ({ units }, input) =>
    input.length === 1
      ? [units as number]
      : { misfit: "`dense` takes one axis", help: "put `flatten ->` before it" },
  parameters({ units, bias }, input) {
    const weight = { name: "weight", shape: [input[0]!, units as number] };
    return bias ? [weight, { name: "bias", shape: [units as number] }] : [weight];
  },
};

const show = (shape: readonly number[]) => `[${shape.join(", ")}]`;

const residual: LayerEntry = {
  name: "residual",
  doc: "Adds a chain to its input.",
  positional: [],
  branches: { positional: ["branch"], named: ["shortcut"] },
  settings: z.strictObject({ scale: z.number().default(1).describe("factor of the branch") }),
  output(_settings, input, branches) {
    const branch = branches!.get("branch")!;
    const other = branches!.get("shortcut") ?? input;
    return show(branch) === show(other)
      ? branch
      : { misfit: `${show(branch)} and ${show(other)} cannot be added`, setting: "shortcut" };
  },
  parameters: () => [],
};

const parallel: LayerEntry = {
  name: "parallel",
  doc: "Joins what chains give.",
  positional: [],
  branches: { positional: "many", named: [] },
  settings: z.strictObject({}),
  output(_settings, _input, branches) {
    const shapes = [...branches!];
    const odd = shapes.find(([, shape]) => shape.length !== 1);
    return odd === undefined
      ? [shapes.reduce((sum, [, [length]]) => sum + length!, 0)]
      : { misfit: `${show(odd[1])} cannot be joined`, setting: odd[0] };
  },
  parameters: () => [],
};

const mse: LossEntry = {
  name: "mse",
  doc: "Half the squared distance.",
  positional: [],
  settings: z.strictObject({
    scale: z
      .number()
      .refine((scale) => scale !== 0, "a loss that is always zero cannot be minimized")
      .default(1),
  }),
  accepts: (dataset, output) =>
    output.length === 1 && output[0] === dataset.outputs
      ? undefined
      : {
          misfit: `the model gives [${output.join(", ")}], and the dataset has [${dataset.outputs}]`,
          help: "end the model with `dense(outputs)`",
        },
};

const gd: OptimizerEntry = {
  name: "gd",
  doc: "Gradient descent.",
  positional: ["lr"],
  settings: z.strictObject({ lr: scheduleSetting("the learning rate") }),
};

const rmsprop: OptimizerEntry = {
  name: "rmsprop",
  doc: "Gradient descent with a diagonal preconditioner.",
  positional: ["lr"],
  settings: z.strictObject({
    lr: scheduleSetting("the learning rate"),
    beta2: z.number().gt(0).lt(1).default(0.99),
  }),
};

const linear: ScheduleEntry = {
  name: "linear",
  doc: "A straight line.",
  positional: ["from", "to", "steps"],
  settings: z.strictObject({
    from: z.number().positive().describe("where it begins"),
    to: z.number().positive().describe("where it ends"),
    steps: count.default(100).describe("number of steps"),
  }),
};

const warmup: ScheduleEntry = {
  name: "warmup",
  doc: "A ramp.",
  positional: ["target", "steps"],
  settings: z.strictObject({
    target: scheduleSetting("what it leads to"),
    steps: count.describe("length of the ramp"),
  }),
};

const piecewise: ScheduleEntry = {
  name: "piecewise",
  doc: "Constant pieces.",
  positional: ["pieces"],
  settings: z.strictObject({
    pieces: z.array(z.tuple([z.int().min(0), z.number().positive()])).min(1),
  }),
};

const normal: DistributionEntry = {
  name: "normal",
  doc: "A bell curve.",
  positional: ["std"],
  settings: z.strictObject({ std: z.number().positive().describe("standard deviation") }),
};

const defaultWeights: WeightsEntry = {
  name: "default",
  doc: "The model's own random draw.",
  positional: [],
  settings: z.strictObject({}),
  seeded: true,
  accepts: (_, { kind }) =>
    kind === "model" ? undefined : { misfit: "a landscape has no draw", help: "use `at`" },
  identity: () => ({}),
};

const at: WeightsEntry = {
  name: "at",
  doc: "Numbers.",
  positional: ["values"],
  settings: z.strictObject({ values: z.array(z.number()).describe("one for each weight") }),
  seeded: false,
  accepts: ({ values }, { kind, size }) => {
    const { length } = values as readonly number[];
    return length === size
      ? undefined
      : { misfit: `${length} numbers for a ${kind} of ${size}`, setting: "values" };
  },
  identity: (settings) => settings,
};

const npy: WeightsEntry = {
  name: "npy",
  doc: "A file.",
  positional: ["path"],
  settings: z.strictObject({
    path: pathSetting("the file"),
    layout: z.enum(["native", "torch"]).default("native").describe("order of the numbers"),
  }),
  seeded: false,
  accepts: ({ path }, { kind, size }) =>
    String(path).endsWith("short.npy")
      ? { misfit: `short.npy holds 3 numbers, the ${kind} has ${size}`, setting: "path" }
      : undefined,
  identity: () => ({}),
};

function series(name: string, kind: SeriesDescription["kind"] = "scalar"): SeriesDescription {
  return { name, kind, doc: name };
}

function process(name: string, settings: z.ZodObject, extra: SeriesDescription[]): ProcessEntry {
  const common = [series("train_loss"), series("effective_eigenvalues", "spectrum")];
  return {
    name,
    doc: name,
    version: 1,
    positional: [],
    settings,
    series: [...common, ...extra],
    reads: () => ({}),
  };
}

const flowSettings = { substeps: count.default(4), critical: z.number().lt(2).default(1.95) };

function reducer(name: string): FunctionEntry {
  return {
    name,
    doc: name,
    arguments: [{ name: "series", kind: "series" }],
    range: true,
    result: "number",
  };
}

export const vocabulary: Vocabulary = {
  datasets: [mnist, arrays],
  layers: [flatten, dense, elementwise("gelu"), elementwise("tanh"), residual, parallel],
  losses: [mse],
  optimizers: [gd, rmsprop],
  schedules: [linear, warmup, piecewise],
  distributions: [normal],
  weights: [defaultWeights, npy, at],
  processes: [
    process("discrete", z.strictObject({}), [series("train_accuracy")]),
    process("midpoint", z.strictObject({}), []),
    process("central", z.strictObject(flowSettings), [
      series("predicted_loss"),
      series("critical"),
    ]),
    process("stable", z.strictObject({ max_sharpness: z.number().positive().optional() }), []),
    {
      ...process("ablated", z.strictObject({}), []),
      accepts: (optimizer) =>
        optimizer === "gd"
          ? { misfit: "`ablated` needs an adaptive optimizer, not `gd`", help: "use `rmsprop`" }
          : undefined,
    },
  ],
  command: commandEntry,
  blocks: [
    {
      name: "eigenvalues",
      doc: "Which eigenvalues are tracked.",
      positional: [],
      settings: z.strictObject({ above: z.number().positive().default(1.5) }),
    },
    {
      name: "snapshots",
      doc: "How often weights are kept.",
      positional: [],
      settings: z.strictObject({ every: count }),
    },
    {
      name: "compare",
      doc: "Processes side by side.",
      positional: [],
      settings: z.strictObject({}),
      accepts: (_, { processes }) =>
        processes.length > 1
          ? undefined
          : { misfit: "`compare` needs two processes, not 1", help: "add `discrete`" },
      step: {
        version: 1,
        series: (processes) => [series(`distance_${processes.join("_")}`), series("along", "list")],
      },
    },
  ],
  functions: [
    reducer("max"),
    reducer("min"),
    reducer("mean"),
    reducer("final"),
    {
      name: "at",
      doc: "at",
      arguments: [
        { name: "series", kind: "series" },
        { name: "step", kind: "number" },
      ],
      range: false,
      result: "number",
    },
    {
      name: "smooth",
      doc: "smooth",
      arguments: [
        { name: "series", kind: "series" },
        { name: "window", kind: "number" },
      ],
      range: false,
      result: "same",
    },
    {
      name: "abs",
      doc: "abs",
      arguments: [{ name: "value", kind: "any" }],
      range: false,
      result: "same",
    },
    {
      name: "relative_error",
      doc: "relative_error",
      arguments: [
        { name: "series", kind: "any" },
        { name: "reference", kind: "any" },
      ],
      range: true,
      result: "number",
    },
  ],
  smoothFunctions: [
    { name: "exp", doc: "exp", value: Math.exp },
    { name: "log", doc: "log", value: Math.log },
    { name: "sqrt", doc: "sqrt", value: Math.sqrt },
    { name: "sin", doc: "sin", value: Math.sin },
  ],
  flow: z.strictObject({
    steps: count.describe("number of steps"),
    seed: z.int().min(0).default(0).describe("of the initial weights"),
    single: z.boolean().optional().describe("computes in float32"),
  }),
  numberFits: (value, { single }) =>
    single === false || Number.isFinite(Math.fround(value))
      ? undefined
      : { misfit: `${value} is larger than float32 can hold`, help: "set `single = false`" },
};
