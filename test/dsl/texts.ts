/** Texts that are right, with all forms of the language between them. */
import { readdirSync, readFileSync } from "node:fs";
import { type Checked, type CheckOptions, check } from "../../src/dsl/index.js";
import { vocabulary } from "./vocabulary.js";

/** The example of the language's design. */
export const eos = `// Gradient descent at the edge of stability: a multilayer perceptron on four digits.

param lr    = 0.02            // cflow run file.cflow --set lr=0.01
param width = 256

dataset digits = mnist { classes = 4  train = 1000  test = 500 }

layer block(n) = dense(n) -> gelu

model mlp = flatten -> 2 * block(width) -> dense(outputs)

optimizer gd = gd { lr = lr }

flow eos {
  dataset = digits   model = mlp   loss = mse   optimizer = gd
  steps = 1000   seed = 0

  eigenvalues { above = 1.5 }       // track every effective eigenvalue above this
  discrete
  midpoint
  central { substeps = 4  critical = 1.95 }
  stable  { max_sharpness = 100 }
}

expect "the flow locks the sharpness at its threshold" {
  max(eos.central.effective_eigenvalues[0], from = 600) < 2.02
}
expect "the flow predicts the averaged loss" {
  relative_error(eos.central.predicted_loss, smooth(eos.discrete.train_loss, 50)) < 0.05
}
`;

/** The forms that the design's example does not have. */
export const forms = `/* Everything
   else. */
param name = "x.npy"
param half = (1 + 2) * 2 / 12 - -.5e0
param digits = [3, 5, 8, 9,]
param order = torch

dataset own = arrays { x = name, y = "y \\"quoted\\".npy" }
dataset odd = mnist(classes = digits) { train = 100 * 2 }
dataset again = odd
layer act = tanh
layer twice(n, m) = 2 * (dense(n, bias = false) -> act) -> dense(units = m)
layer wide(n) = residual(2 * twice(n, n) -> dense(16), scale = half) { shortcut = act -> dense(16) }
model base = flatten -> twice(8, m = 2 * 8) -> parallel(residual(tanh), wide(3) -> act,)
model gelu = base -> gelu -> dense(outputs, weight = normal(half / 10)) { bias = true }
optimizer slow = rmsprop(1e-3) { beta2 = 0.9 }
optimizer falling = rmsprop { lr = warmup(linear(half, to = 1e-2) { steps = 50 }, 2 * 5) }
optimizer jumping = gd(piecewise([[0, 0.1], [500, half / 10]]))

flow in_place {
  dataset = arrays { x = "a.npy" y = "b.npy" }
  model = flatten -> dense(outputs)
  loss = mse { scale = 2 }
  optimizer = gd(half)
  weights = npy("w0.npy", layout = order)
  steps = 10
  snapshots { every = 5 }
  central
}
flow declared {
  dataset = again, model = gelu, loss = mse, optimizer = slow, steps = 5, discrete {}
  weights = npy { path = "w1.npy"  layout = native }
}

flow scheduled {
  dataset = odd  model = gelu  loss = mse  optimizer = falling
  steps = 5
  ablated
}

landscape bowl(x, y) = (x - half) ^ 2 + exp(-y ^ 2) * y / -2 + sqrt(x * x + 1e-3)
flow toy { landscape = bowl  weights = at([half, -1])  optimizer = gd(0.1)  steps = 9  central }

expect "signs and brackets" {
  -abs(final(declared.discrete.train_loss) - 2 * (1 - half)) >= -1e6
}
expect "powers" { final(toy.central.train_loss) ^ 2 < 2 ^ -half ^ 2 }
expect "indices" { at(in_place.central.effective_eigenvalues[1] / 2, 3) != 0 }
`;

/** Sweeps, and `in` as a name. */
export const swept = `
param in = 4
sweep lr in [0.01, 0.02]
sweep order in [native, torch]
sweep width in widths
param widths = [8, 4 * in]
param slow = lr / 10
layer block(n) = dense(n) -> tanh
model net = flatten -> block(width) -> dense(outputs)
dataset digits = mnist { classes = in }
flow eos {
  dataset = digits  model = net  loss = mse  optimizer = gd(slow)  steps = 5
  weights = npy("w.npy", layout = order)
  central { substeps = 2 }
}
landscape bowl(x) = width * x ^ 2
flow toy { landscape = bowl  weights = at([1])  optimizer = gd(lr)  steps = 9  discrete }
command table {
  run = ["python", "-m", "table", "{{}}", "{loss}", "{data}", "{out}"]
  inputs { loss = eos.central, data = digits }
  outputs = ["series.arrow", "table.csv"]
  series = ["height"]
  time_limit = 2 * in
}
command after { run = ["sh", "after.sh", "{table}", "{start}", "{out}"]  inputs { table = table  start = toy.init }  outputs = ["a"] }
expect "the table" { max(table.height) < 1 }
expect "the flow falls" { final(eos.central.train_loss) < lr + final(toy.discrete.train_loss) }
expect "the toy" { final(toy.discrete.train_loss) < 1 }
plot "losses" { scale = log, eos.central.train_loss / lr, toy.discrete.train_loss, table.height, }
plot "spectrum" { eos.central.effective_eigenvalues eos.central.effective_eigenvalues[0] }
`;

const pipelines = new URL("../../pipelines/", import.meta.url);

/** Every text by name, the pipelines of the repository included. */
export const texts: Readonly<Record<string, string>> = {
  eos,
  forms,
  swept,
  ...Object.fromEntries(
    readdirSync(pipelines)
      .filter((name) => name.endsWith(".cflow"))
      .map((name) => [name, readFileSync(new URL(name, pipelines), "utf8")]),
  ),
};

export function checkText(text: string, options: CheckOptions = {}): Checked {
  return check({ name: "a.cflow", text }, vocabulary, { directory: "/here", ...options });
}
