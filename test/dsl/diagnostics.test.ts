/**
 * One rendered example of every diagnostic, in `rendered/`: the text and what is said about it.
 * `npx vitest run test/dsl -u` writes them anew; read the difference.
 */
import { describe, expect, test } from "vitest";
import { type Code, codes, renderDiagnostics } from "../../src/dsl/index.js";
import { checkText } from "./texts.js";

interface Example {
  readonly text: string;
  readonly overrides?: readonly string[];
}

/** A flow that is right, on line 5 and after, with room for a change. */
function flow(changes: {
  before?: string;
  flow?: string;
  after?: string;
  instead?: string;
}): string {
  const {
    before = "",
    flow: body = "",
    after = "",
    instead = "dataset = digits  model = mlp  loss = mse  optimizer = gd(0.1)  steps = 10",
  } = changes;
  return `dataset digits = mnist
model mlp = flatten -> dense(outputs)
${before}
flow eos {
  ${instead}
  central ${body}
}
${after}`.trimEnd();
}

function claim(expression: string): string {
  return flow({ after: `expect "it holds" {\n  ${expression}\n}` });
}

const examples: Record<Code, Example> = {
  CF1001: {
    text: "param lr = 0.1 ; param width = 3\nmodel mlp = flatten → dense(width)\nparam π = lr",
  },
  CF1002: { text: 'param name = "x.npy\ndataset own = arrays { x = name  y = name }' },
  CF1003: { text: `${flow({})}\n/* The end` },
  CF1004: { text: 'dataset own = arrays { x = "C:\\data\\x.npy"  y = "y.npy" }' },
  CF1005: { text: "dataset digits = mnist { train = 1.000.000  test = 3px }" },
  CF1006: { text: "# Digits\ndataset own = arrays { x = 'x.npy'  y = \"y.npy\" }" },

  CF1101: {
    text: "dataset digits { classes = 4 }\nflow my-flow { steps 10 }\nexpect final(x) < 2",
  },
  CF1102: {
    text: `${flow({}).slice(0, -1)}\nexpect "it holds" { final(eos.central.train_loss < 1 }`,
  },
  CF1103: { text: "study lr in [0.1, 0.2]\ndatset digits = mnist { classes = 4 }" },
  CF1104: {
    text: "param lr =\nparam area = 2 ** 3\nmodel mlp = flatten -> -> dense(3)\ndataset digits = mnist { train = }",
  },
  CF1105: {
    text: flow({
      before: "optimizer optimizer = gd(0.1)\nlayer block(layer) = dense(layer)",
      instead: "dataset = digits  model = model  loss = mse  optimizer = optimizer  steps = 10",
    }),
  },
  CF1106: { text: `param deep = ${"(".repeat(100)}1${")".repeat(100)}` },

  CF1201: {
    text: flow({
      before: "param rate = 0.1",
      instead:
        "dataset = digits  model = mlp  loss = mse  optimizer = gd { lr = rat }  steps = digits",
    }),
  },
  CF1202: {
    text: "param lr = 0.1\nparam lr = 0.2\noptimizer gd = gd(lr)\nlandscape bowl(x, y, x) = x ^ 2",
  },
  CF1203: {
    text: "dataset digits = minst { classes = 4 }\nmodel mlp = flatten -> dence(3) -> softplus\noptimizer gd = gd { lr = liner(0.1, 0.01) }\noptimizer slow = gd(exponential(0.1))\nmodel drawn = dense(3, weight = norml(0.1)) -> dense(3, weight = linear(0.1, 0.2))",
  },
  CF1204: { text: "param a = b\nparam b = 2 * a\nlayer block = dense(b) -> block" },
  CF1205: { text: flow({ before: "param lr = 0.1" }) },
  CF1206: { text: "param outputs = 10\nlayer block(outputs) = dense(outputs)" },
  CF1207: { text: "param lr = 0.1\noptimizer gd = gd(lr)", overrides: ["lr=0.2", "rl=0.3"] },
  CF1208: {
    text: "sweep lr in 0.1\nsweep seed in [0, 1, 0]\nsweep eps in []\nsweep beta in [lr, 2 * lr]\nparam a = [lr, seed, eps, beta]",
    overrides: ["a=1,2,1"],
  },
  CF1209: {
    text: flow({
      before: `sweep seed in [${Array.from({ length: 101 }, (_, i) => i)}]\nsweep other in [${Array.from({ length: 100 }, (_, i) => i + 1)}]`,
      flow: "{ substeps = other }",
    }).replace("steps = 10", "steps = 10  seed = seed"),
  },

  CF1301: {
    text: "dataset digits = mnist { class = 4 }\nmodel mlp = flatten(2) -> gelu(exact = true) -> residual(gelu, shortcuts = dense(3))",
  },
  CF1302: {
    text: "dataset digits = mnist {\n  classes = 4\n  train = 10\n  classes = 5\n}\nlayer block = residual(gelu, shortcut = tanh) { shortcut = gelu }",
  },
  CF1303: {
    text: `model mlp = dense -> residual(scale = 2) -> parallel(gelu)\noptimizer gd = gd(linear(0.1))\n${flow(
      {
        instead: "model = mlp  loss = mse",
        after:
          "flow idle { steps = 3  optimizer = gd  discrete }\nlandscape bowl(x) = x ^ 2\nflow toy { landscape = bowl  optimizer = gd  steps = 3  discrete }",
      },
    )
      .split("\n")
      .slice(2)
      .join("\n")}`,
  },
  CF1304: {
    text: 'param lr = "0.1"\noptimizer slow = gd { lr = lr }\noptimizer late = gd { lr = warmup("0.1", 2.5) }\ndataset digits = mnist { classes = "all"  train = 1.5 }\nmodel drawn = dense(3, weight = "zero") -> dense(3, weight = normal("1"))\nparam sum = 1 + [2]',
  },
  CF1305: {
    text: flow({
      before: `optimizer slow = rmsprop { lr = -1  beta2 = 1 }
dataset own = mnist { classes = [3, -5, 8] }
dataset many = mnist { classes = 11  train = 0.5e1 - 5 }
optimizer end = gd(linear(0.1, to = 0, steps = 0))
optimizer jump = gd { lr = piecewise([[0, 0.1], [500, -0.01]]) }`,
      instead: `dataset = digits  model = mlp  loss = mse { scale = 0 }  optimizer = slow  steps = 10
  weights = npy("w0.npy", layout = tourch)`,
    }),
  },
  CF1306: {
    text: "param lr = 1 / (2 - 2)\nparam big = 1e200 * 1e200\nparam huge = 1e999 + 1e-999\nparam root = (-8) ^ (1 / 3)\nlandscape bowl(x) = x / 0 + log(0)",
  },
  CF1307: {
    text: flow({
      instead:
        "dataset = digits { train = 3 }  model { }  loss mse\n  optimizer = gd { lr }  steps",
      flow: "= 4",
    }),
  },
  CF1308: {
    text: "layer block(n, m) = dense(n) -> dense(m)\nmodel mlp = flatten -> block(3) -> dense(3, true) -> gelu(1) -> residual(gelu, tanh)\noptimizer gd = gd(warmup(0.1, 5, 3))",
  },
  CF1309: { text: flow({}).replace("central", "") },
  CF1311: {
    text: flow({
      before: "landscape bowl(x) = x ^ 2",
      instead:
        "landscape = bowl  weights = at([1])  model = mlp  loss = mse  optimizer = gd(0.1)  steps = 10",
    }),
  },
  CF1310: { text: "dataset digits = mnist {\n  train = 20000\n}" },

  CF1401: {
    text: `dataset digits = mnist
layer block(n) = dense(n) -> gelu
layer skip(n) = residual(
  block(n) -> tanh,
  shortcut = dense(2 * n) -> gelu
)
model mlp = gelu -> 2 * block(64) -> dense(outputs)
model sums = flatten -> residual(tanh -> dense(4)) -> dense(outputs)
model skips = flatten -> 2 * skip(8) -> dense(outputs)
model joins = parallel(flatten, gelu) -> dense(outputs)
model late = flatten -> residual(tanh -> parallel(gelu, residual(dense(4)))) -> dense(outputs)
${["mlp", "sums", "skips", "joins", "late"]
  .map(
    (model) =>
      `flow of_${model} { dataset = digits  model = ${model}  loss = mse  optimizer = gd(1)  steps = 1  discrete }`,
  )
  .join("\n")}`,
  },
  CF1402: {
    text: flow({
      instead:
        "dataset = digits  model = flatten -> dense(4)  loss = mse  optimizer = gd(0.1)  steps = 10",
    }),
  },
  CF1403: {
    text: "param n = dense(3)\nmodel mlp = flatten -> 3 -> n -> residual(2) -> parallel(dense(4), n)\ndataset digits = [1, 2]\noptimizer slow = rmsprop(0.1) { beta2 = linear(0.9, 0.99) }",
  },
  CF1404: {
    text: "model mlp = flatten -> 2.5 * gelu -> 0 * tanh -> dense(3) * 2 -> residual(0 * gelu)",
  },
  CF1405: {
    text: `layer block = 1000 * gelu
model mlp = 1000 * block
model nested = 100 * residual(100 * residual(gelu))
layer deep = ${"residual(".repeat(40)}tanh${")".repeat(40)}
model deeper = ${"residual(".repeat(30)}deep${")".repeat(30)}`,
  },
  CF1406: { text: flow({}).replace("central", "ablated") },

  CF1407: {
    text: flow({ flow: "compare" }),
  },

  CF1501: {
    text:
      claim("final(eos.central.train_loss)") +
      '\nexpect "a chain" { 0 < final(eos.central.train_loss) < 1 }',
  },
  CF1502: {
    text: claim(
      "final(eso.central.train_loss) + final(eos.centrl.train_loss) + final(eos.discrete.train_loss)\n  + final(eos.central.train_los) + final(eos.central) + final(eos) < 1",
    ),
  },
  CF1503: {
    text: claim("final(eos.central.train_loss[0]) < final(eos.central.effective_eigenvalues[-1])"),
  },
  CF1504: { text: claim("max(eos.central.effective_eigenvalues, from = 3) < 2") },
  CF1505: { text: claim("maximum(eos.central.train_loss) + fnal(eos.central.train_loss) < 2") },
  CF1506: {
    text: claim(
      "max(eos.central.train_loss, 3) < min(2) + abs(1, from = 2)\n    + mean(eos.central.train_loss, from = 20, to = 10)",
    ),
  },
  CF1507: { text: claim("abs(eos.central.train_loss) < 2") },
  CF1508: { text: claim('final(eos.central.train_loss) < "small"') },

  CF1509: {
    text: flow({
      after: 'plot "one number" {\n  final(eos.central.train_loss)\n}\nplot "empty" {}',
    }),
  },

  CF1601: { text: 'dataset own = arrays {\n  x = "data/absent.npy"\n  y = "data/y.npy"\n}' },
  CF1603: { text: 'import "absent.cflow"\nimport "."\nimport model\nmodel mlp = dense(width)' },
  CF1602: {
    text: flow({
      instead:
        'dataset = digits  model = mlp  loss = mse  optimizer = gd(0.1)  steps = 10\n  weights = npy("short.npy", layout = torch)',
      after:
        "landscape bowl(x, y) = x ^ 2 + y ^ 2\nflow short { landscape = bowl  weights = at([1])  optimizer = gd(0.1)  steps = 10  central }\nflow drawn { landscape = bowl  weights = default  optimizer = gd(0.1)  steps = 10  central }",
    }),
  },

  CF1701: { text: "landscape flat() = 1\nlandscape bowl = x ^ 2" },
  CF1702: {
    text: "landscape bowl(x, y) = sine(x) + exq(y) + y(x + 1)\nlandscape roof(x) = abs(x)",
  },
  CF1703: { text: "landscape bowl(x, y) = exp(x, y) + sin + sqrt(x = 1)" },
  CF1704: {
    text: 'landscape bowl(x) = x ^ 2 + "text" + (x < 1)\nlandscape own(x) = x -> gelu',
  },
  CF1705: { text: "landscape bowl(x, y) = x ^ 2 + 2 ^ y" },
  CF1706: {
    text: "param steep = 10 ^ 60\nlandscape bowl(x) = 2e50 * 2e-3 * x ^ 2 + steep * x\nflow short {\n  landscape = bowl  weights = at([1])  optimizer = gd(0.1)  steps = 10  central\n}",
  },
  CF1801: {
    text: flow({
      after:
        'command a {\n  run = ["a", "{x}", "{y}", "{out}"]\n  inputs { x = eos.centrl  y = digit  z = eos  u = eos.central.train_loss  v = gd(1) }\n  outputs = ["a.arrow"]\n}',
    }),
  },
  CF1802: {
    text: flow({
      after: `command a {
  run = ["node", "{pth}", "{out}"]
  inputs { path = eos.central }
  outputs = ["a.arrow"]
}
command b { run = ["node", "{out}"]  inputs { path = a }  outputs = ["b.csv"] }
command c { run = ["node", "{out}"]  files = ["none.py"]  outputs = ["c.csv"] }
command d { run = ["node", "{out}"]  outputs = ["d.csv"]  series = ["x"] }
command e { run = ["node"]  inputs { out = d }  outputs = ["../e", "stdout.txt"] }`,
    }),
  },
};

describe("every code has an example that reads well", () => {
  test.each(Object.entries(examples))("%s", async (code, { text, overrides = [] }) => {
    const { diagnostics } = checkText(text, { overrides });
    expect(diagnostics.map((each) => each.code)).toContain(code);
    const shown = [
      codes[code as Code],
      `\n${text}\n`,
      ...overrides.map((each) => `--set ${each}\n`),
      renderDiagnostics(diagnostics),
    ].join("\n");
    await expect(shown).toMatchFileSnapshot(`./rendered/${code}.txt`);
  });
});

test("messages are one short line, and quote or name what they are about", () => {
  for (const { text, overrides = [] } of Object.values(examples)) {
    for (const { message, help = "" } of checkText(text, { overrides }).diagnostics) {
      expect(message.length).toBeLessThan(120);
      expect(message).not.toMatch(/\n|undefined|\[object|NaN|\.$/);
      expect(help).not.toMatch(/\n|undefined|\[object|NaN/);
    }
  }
});

test("a fix, applied, removes its error", () => {
  const fixed = Object.values(examples).flatMap(({ text, overrides = [] }) =>
    checkText(text, { overrides })
      .diagnostics.filter(({ fix }) => fix !== undefined && fix.span.source.name === "a.cflow")
      .map((diagnostic) => {
        const { span, replacement } = diagnostic.fix!;
        const mended = text.slice(0, span.start) + replacement + text.slice(span.end);
        const left = checkText(mended, { overrides }).diagnostics;
        const same = left.filter(
          ({ code, message }) => code === diagnostic.code && message === diagnostic.message,
        );
        expect(same, mended).toEqual([]);
        return diagnostic.code;
      }),
  );
  expect(new Set(fixed)).toEqual(
    new Set(
      "CF1001 CF1006 CF1103 CF1201 CF1203 CF1301 CF1305 CF1307 CF1502 CF1505 CF1702 CF1801".split(
        " ",
      ),
    ),
  );
});
