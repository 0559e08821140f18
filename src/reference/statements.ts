/** The kinds of declaration: what each is for, its form, and an example. The examples make one file. */
import type { Declaration } from "../dsl/syntax/tree.js";

export interface Statement {
  /** The word that it begins with. */
  readonly word: string;
  readonly form: string;
  readonly doc: string;
  readonly example: string;
  /** A file that the example reads, by its name. */
  readonly file?: readonly [name: string, text: string];
}

export const statements: Readonly<Record<Declaration["form"], Statement>> = {
  import: {
    word: "import",
    form: 'import "path"',
    doc: `Declares what another file declares, as if it stood here. The path is relative to this file's
folder, and paths in the other file to that one's. A file that is imported twice counts once.`,
    file: ["models.cflow", "layer block(n) = dense(n) -> gelu"],
    example: 'import "models.cflow"',
  },
  param: {
    word: "param",
    form: "param name = value",
    doc: `A value with a name: a number, text, \`true\`, \`false\`, a list, a word that a setting knows, or
arithmetic of other params with \`+ - * / ^\`. \`--set name=value\` gives another one for a run, and
\`--set name=a,b,c\` sweeps it. Of a param that nothing uses there is a warning.`,
    example: "param lr = 0.05\nparam width = 2 * 16\nparam method = heun",
  },
  sweep: {
    word: "sweep",
    form: "sweep name in [value, value, …]",
    doc: `A param of several values. What depends on it, through whatever it uses, has a variant for each,
named as in \`eos[seed=1]\`; what doesn't is made once. Several sweeps give all combinations, 10,000 at
most. A claim about something that varies is checked for each variant. \`--set name=value\` makes it a
param.`,
    example: "sweep seed in [0, 1]",
  },
  dataset: {
    word: "dataset",
    form: "dataset name = maker { setting = value … }",
    doc: `Examples to learn from. The makers are listed under [Datasets](#datasets). \`mnist\` comes with the
program, \`cflow fetch\` brings the files of \`cifar10\` and \`sst2\`, and \`arrays\` and \`table\` are for
your own.`,
    example: "dataset digits = mnist { classes = [3, 5, 8, 9]  train = 200  test = 100 }",
  },
  layer: {
    word: "layer",
    form: "layer name(argument, …) = chain",
    doc: `A name for a chain of layers; with arguments, for a family of them. Arguments are plain values. A
layer cannot contain itself.`,
    example: "layer wide(n) = residual(dense(n) -> tanh)",
  },
  model: {
    word: "model",
    form: "model name = layer -> layer -> …",
    doc: `A chain of layers. \`->\` composes, \`3 * layer\` repeats with weights of its own each time, and
parentheses group. Two names stand for what the flow's dataset says: \`outputs\`, how many numbers it
asks for, and \`vocabulary\`, how many different tokens it has.`,
    example: "model mlp = flatten -> 2 * block(width) -> wide(width) -> dense(outputs)",
  },
  optimizer: {
    word: "optimizer",
    form: "optimizer name = maker { setting = value … }",
    doc: `An update rule. Like a dataset, it can also be written where a flow refers to it. A learning rate
is a number or one of the [schedules](#schedules).`,
    example: "optimizer rule = gd { lr = cosine(lr, 1000) }",
  },
  landscape: {
    word: "landscape",
    form: "landscape name(variable, …) = formula",
    doc: `A smooth function of its variables, in place of dataset, model and loss. Operators are
\`+ - * / ^\`; exponents are constant; the functions are listed under
[Functions of landscapes](#functions-of-landscapes). Params may stand in it.`,
    example: "landscape minimal(x, y) = (y + x) * x ^ 2 / 2 - 0.01 * (x + y)",
  },
  flow: {
    word: "flow",
    form: "flow name { reference = name … setting = value … block { … } process … }",
    doc: `What to run. A flow refers to a \`dataset\`, \`model\` and \`loss\`, or to a \`landscape\`; to an
\`optimizer\`; and, for a landscape necessarily, to \`weights\`. Then follow, in any order, its
[settings](#settings-of-a-flow), [blocks](#blocks) and [processes](#processes). Every process is a step
of its own, called \`flow.process\`.`,
    example: `flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = rule
  steps = 200  seed = seed
  eigenvalues { above = 1.5 }
  discrete
  central { method = method }
}

flow toy {
  landscape = minimal  weights = at([0.1, 6.6])  optimizer = gd(0.3)
  steps = 400
  discrete  central
}`,
  },
  command: {
    word: "command",
    form: "command name { run = [program, argument, …]  outputs = [file, …] … }",
    doc: `A program of your own as a step. It is run without a shell, in the folder of the \`.cflow\` file.
Its [settings](#settings-of-a-command) are below; besides them it has \`inputs { name = step … }\`:
processes, datasets and other commands. \`{name}\` stands for a folder with copies of that step's files,
of as many rows as the file asks for, and \`{out}\` for the one to write to. It is run again if its
arguments, its inputs or its files change: those that \`run\` names and those that \`files\` lists. What
it prints is kept beside its outputs. Claims and plots can be about the \`series\` that it writes.
[\`pipelines/command.cflow\`](../pipelines/command.cflow) has one that runs.`,
    example: `command turns {
  run     = ["python3", "turns.py", "{path}", "{out}"]
  inputs  { path = toy.discrete }
  outputs = ["series.arrow"]
  series  = ["angle"]
}`,
    file: ["turns.py", "# Reads {path}/series.arrow and writes {out}/series.arrow."],
  },
  claim: {
    word: "expect",
    form: 'expect "title" { value < value }',
    doc: `A claim about results: exactly one comparison, with \`<\`, \`<=\`, \`>\`, \`>=\`, \`==\` or \`!=\`, of
numbers. They come from series, as \`flow.process.series\`, by the
[functions of claims](#functions-of-claims) and arithmetic. \`[0]\` is the largest value of a spectrum in
each row. A run fails, with the measured values, if a claim does not hold.`,
    example: `expect "the flow locks the sharpness at its threshold" {
  max(toy.central.effective_eigenvalues[0], from = 100) < 2.1
}`,
  },
  plot: {
    word: "plot",
    form: 'plot "title" { curve, curve, … }',
    doc: `A figure beside those that every flow has, in \`cflow plot\` and in reports. Curves are series,
spectra with all their components, and arithmetic and elementwise functions of them, as in a claim.
What depends on a sweep is drawn in all its variants. \`scale = log\` makes the axis logarithmic.`,
    example: `plot "Sharpness over its threshold" {
  toy.central.effective_eigenvalues[0] / 2
}`,
  },
};
