/** `cflow graph`: the plan of a landscape sweep, through the built program. */
import { existsSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";
import type { JsonSummary } from "../../src/cli/summary.js";
import { bin, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, path, read } = workspace();
const text = `sweep lr in [0.5, 1]
param steps = 20
landscape bowl(x) = x ^ 2 / 2
flow toy { landscape = bowl  optimizer = gd(lr)  weights = at([1])  steps = steps  discrete }
expect "descent descends" { final(toy.discrete.train_loss) < 0.6 }
`;

let run: JsonSummary;
beforeAll(async () => {
  write("sweep.cflow", text);
  run = (await cflow("run", "sweep.cflow", "--json", "--set", "lr=1")).summary;
});

async function graph(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await cflow("graph", "sweep.cflow", ...args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

it("draws steps with their states in the terminal", async () => {
  expect(await graph()).toBe(`toy[lr=0.5]
  init      cached
  discrete  run     20 rows  ← init
toy[lr=1]
  init      cached
  discrete  cached  20 rows  ← init
expect "descent descends [lr=0.5]"  run     ← toy[lr=0.5].discrete
expect "descent descends [lr=1]"    cached  ← toy[lr=1].discrete
`);
  expect(await graph("--set", "lr=1", "--set", "steps=30")).toBe(`toy
  init      cached
  discrete  continue after 20 rows  30 rows  ← init
expect "descent descends"  run  ← toy.discrete
`);
  expect(await graph("--set", "lr=1", "--cache", "none")).toContain(
    "discrete  run  20 rows  ← init",
  );
  expect(existsSync(join(path, "none"))).toBe(false);
});

it("writes DOT, Mermaid and SVG, to a file whose name tells which", async () => {
  const [dot, mermaid, svg] = [
    await graph("--as", "dot"),
    await graph("--as", "mermaid"),
    await graph("--as", "svg"),
  ];
  expect(dot).toContain('  "toy[lr=1].init" -> "toy[lr=1].discrete"\n');
  expect(mermaid).toContain(
    '    s3["toy[lr=1].discrete<br/>discrete, 20 rows<br/>cached"]:::cached\n',
  );
  expect(svg.match(/class="node"/g)).toHaveLength(6);
  expect(svg.match(/class="cluster"/g)).toHaveLength(2);
  expect(svg.match(/class="edge"/g)).toHaveLength(4);
  for (const [name, content] of [
    ["a.gv", dot],
    ["a.dot", dot],
    ["a.mmd", mermaid],
    ["a.svg", svg],
  ] as const) {
    expect(await graph("--out", name)).toBe("");
    expect(read(name)).toBe(content);
  }
  const { exitCode, stderr } = await cflow("graph", "sweep.cflow", "--out", join("no", "a.svg"));
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: cannot write 'no.a\.svg': /),
  ]);
});

it("loads Graphviz for SVG only, and no numerics", async () => {
  const loaded = async (...args: string[]) => {
    const env = { NODE_DEBUG: "esm,module" };
    const { stderr } = await execa(process.execPath, [bin, "graph", "sweep.cflow", ...args], {
      cwd: path,
      env,
    });
    const names = stderr.matchAll(/\/node_modules\/((?:@[\w-]+\/)?[\w-]+)/g);
    return new Set([...names].map(([, name]) => name));
  };
  expect(await loaded("--as", "dot")).not.toContain("@hpcc-js/wasm-graphviz");
  const svg = await loaded("--as", "svg");
  expect(svg).toContain("@hpcc-js/wasm-graphviz");
  for (const name of ["apache-arrow", "@tensorflow/tfjs", "onnxruntime-node"]) {
    expect(svg).not.toContain(name);
  }
});

it("shows what is damaged", async () => {
  const file = join(stepOf(run, "toy.discrete").path!, "series.arrow");
  const bytes = readFileSync(file);
  truncateSync(file, 10);
  expect(await graph("--set", "lr=1")).toContain("  discrete  damaged  20 rows  ← init\n");
  write(file.slice(path.length + 1), bytes);
  expect(await graph("--set", "lr=1")).toContain("  discrete  cached  20 rows  ← init\n");
});
