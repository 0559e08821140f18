/** `cflow plot`: figures of a landscape's flow, listed and drawn, and what it says where there are none. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stepOf, workspace } from "../support/workspace.js";
import { toy } from "./toy.js";

const { write, read, cflow, path } = workspace();
const plot = (...args: string[]) => cflow("plot", "toy.cflow", ...args);

let central: string;
beforeAll(async () => {
  write("toy.cflow", toy);
  const { summary } = await cflow("run", "toy.cflow", "--json", "--workers", "1");
  central = stepOf(summary, "toy.central").path!;
});

describe("without names", () => {
  it("lists what the results suffice for, and what others need", async () => {
    const { stdout, stderr, exitCode } = await plot();
    expect([exitCode, stderr]).toEqual([0, ""]);
    const [there, lacking] = stdout.split("\n\n").map((block) => block.trimEnd().split("\n"));
    expect(there).toEqual([
      "figure         flow  shows",
      "loss           toy   Training loss",
      "eigenvalues    toy   Effective eigenvalues",
      "sharpness      toy   Sharpness",
      "oscillations   toy   Variance of oscillations",
      "gradient-norm  toy   Squared gradient norm",
      "distance       toy   Distance to the optimizer",
      "cost           toy   Cost of a step",
      "time           toy   Time of a step",
    ]);
    expect(lacking![0]).toBe("lacking            flow  needs");
    expect(lacking).toContain(
      "cosine             toy   `preconditioners` and `central`, with rmsprop",
    );
  });

  it("lists them for scripts", async () => {
    const { lines } = await plot("--json");
    expect(lines[0]).toEqual({
      ...{ figure: "loss", flow: "toy", title: "Training loss", suffices: true },
    });
    expect(lines.find(({ figure }) => figure === "ablation")).toMatchObject({
      suffices: false,
      needs: "`central` and `ablated` or `stationary`",
    });
  });

  it("draws all into a folder, which it makes", async () => {
    const { stdout, stderr, exitCode } = await plot("--out", "all/figures");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const names = ["cost", "distance", "eigenvalues", "gradient-norm", "loss", "oscillations"];
    expect(readdirSync(join(path, "all", "figures")).sort()).toEqual(
      [...names, "sharpness", "time"].map((name) => `toy-${name}.svg`),
    );
    expect(stdout.split("\n")[0]).toMatch(
      /^all\/figures\/toy-loss\.svg: Training loss, [\d.]+ kB$/,
    );
  });
});

describe("with names", () => {
  it("draws these, named by flow and figure, to the same bytes", async () => {
    const { stdout, exitCode } = await plot("distance", "loss");
    expect(exitCode).toBe(0);
    expect(stdout.match(/^\S+:/gm)).toEqual(["toy-loss.svg:", "toy-distance.svg:"]);
    const svg = read("toy-loss.svg");
    expect(svg).toContain("<title>Training loss</title>");
    expect(svg).toContain("central flow's prediction");
    expect((await plot("loss", "--flow", "toy", "--out", "again.svg")).exitCode).toBe(0);
    expect(read("again.svg")).toBe(svg);
  });

  it("draws a PNG, by option or by the name of the file", async () => {
    const { lines } = await plot("loss", "--to", "png", "--json");
    const bytes = readFileSync(join(path, "toy-loss.png"));
    expect(lines).toEqual([
      { figure: "loss", flow: "toy", path: "toy-loss.png", bytes: bytes.length },
    ]);
    expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1280, 800]);
    await plot("loss", "--out", "named.png");
    expect(readFileSync(join(path, "named.png"))).toEqual(bytes);
  });

  it("draws each variant of a swept flow, or the one that is named", async () => {
    write("swept.cflow", toy.replace("param lr = 0.3", "sweep lr in [0.2, 0.3]"));
    const swept = (...args: string[]) =>
      cflow("plot", "swept.cflow", "loss", "--out", "s", ...args);
    // Only one of them is kept: the file's other name for it is no other result.
    const { stdout } = await swept();
    expect(stdout.match(/^\S+:/gm)).toEqual(["s/toy[lr=0.3]-loss.svg:"]);
    const listed = await cflow("plot", "swept.cflow");
    expect(listed.stdout).toContain(
      "nothing of 'toy[lr=0.2]' is kept: cflow run swept.cflow computes it",
    );
    const none = await swept("--flow", "toy[lr=0.2]");
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      "error: no result of 'toy[lr=0.2]' is kept for these settings\n" +
        "  help: cflow run swept.cflow, with the same options, computes it\n",
    ]);
    expect((await swept("--flow", "toy", "--force")).stdout).toBe(stdout);
  });

  it("draws the variants of a swept flow in one figure, and what is of one alone as it is", async () => {
    write(
      "pair.cflow",
      `landscape bowl(x) = x ^ 2 / 2
sweep lr in [0.1, 0.2]
flow pair { landscape = bowl  optimizer = gd(lr)  weights = at([1])  steps = 20  discrete }
flow alone { landscape = bowl  optimizer = gd(0.5)  weights = at([1])  steps = 20  discrete }
`,
    );
    expect((await cflow("run", "pair.cflow")).exitCode).toBe(0);
    const { stdout } = await cflow("plot", "pair.cflow", "loss", "--together");
    expect(stdout.match(/^\S+:/gm)).toEqual(["pair-loss.svg:", "alone-loss.svg:"]);
    expect(read("pair-loss.svg")).toMatch(/optimizer \(lr = 0\.1\).*optimizer \(lr = 0\.2\)/s);
    const one = await cflow("plot", "pair.cflow", "loss", "--flow", "pair[lr=0.1]", "--together");
    expect(one.stdout.match(/^\S+:/gm)).toEqual(["pair[lr=0.1]-loss.svg:"]);
  });

  it("writes nothing over a file unless it is to", async () => {
    write("toy-cost.svg", "mine");
    const { stderr, exitCode } = await plot("cost", "eigenvalues");
    expect([exitCode, stderr]).toEqual([
      2,
      "error: 'toy-cost.svg' is there already\n  help: --force replaces it, --out names another\n",
    ]);
    expect([read("toy-cost.svg"), existsSync(join(path, "toy-eigenvalues.svg"))]).toEqual([
      "mine",
      false,
    ]);
    expect((await plot("cost", "--force")).exitCode).toBe(0);
    expect(read("toy-cost.svg")).toContain("<svg");
  });
});

describe("says what is wrong and what to do", () => {
  it.each([
    [["lost"], "there is no figure 'lost'\n  help: did you mean 'loss'?"],
    [
      ["cosine"],
      "the kept results of 'toy' don't have what 'cosine' shows\n" +
        "  help: it needs `preconditioners` and `central`, with rmsprop; cflow plot toy.cflow lists the others",
    ],
    [["loss", "--flow", "toi"], "'toy.cflow' has no flow 'toi'\n  help: did you mean 'toy'?"],
    [
      ["loss", "--set", "lr=0.1"],
      "no result of 'toy' is kept for these settings\n" +
        "  help: cflow run toy.cflow, with the same options, computes it",
    ],
    [
      ["loss", "cost", "--out", "one.svg"],
      "'one.svg' is one file, and there are 2 figures\n" +
        "  help: name a folder, such as figures/, or one figure of one flow with --flow",
    ],
    [
      ["loss", "--out", "one.jpg"],
      "the name of 'one.jpg' tells no form\n  help: --to is one of svg, png",
    ],
  ])("of %j", async (args, message) => {
    const { stdout, stderr, exitCode } = await plot(...args);
    expect([exitCode, stdout, stderr]).toEqual([2, "", `error: ${message}\n`]);
  });

  it("of a file without flows", async () => {
    write(
      "none.cflow",
      'command hello { run = ["node", "a.mjs", "{out}"]  outputs = ["a.txt"]  time_limit = 60 }\n',
    );
    const { stderr, exitCode } = await cflow("plot", "none.cflow");
    expect([exitCode, stderr]).toEqual([
      2,
      "error: 'none.cflow' declares no flow, and figures are of flows\n",
    ]);
  });

  it("of a result that is damaged", async () => {
    const series = join(central, "series.arrow");
    const bytes = readFileSync(series);
    const damaged = Uint8Array.from(bytes);
    damaged[bytes.length >> 1]! ^= 1;
    writeFileSync(series, damaged);
    const { stdout, stderr, exitCode } = await plot("loss", "--out", "damaged.svg");
    writeFileSync(series, bytes);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: a kept result is damaged: .*series\.arrow.*\n {2}help: cflow verify --repair /,
    );
  });
});

describe("plots that the file asks for", () => {
  const asked = `${toy}
plot "Loss and prediction" { toy.discrete.train_loss, toy.central.predicted_loss }
plot "Loss" { toy.central.train_loss }
`;

  it("are listed, and drawn by name or title", async () => {
    write("asked.cflow", asked);
    const { lines } = await cflow("plot", "asked.cflow", "--json");
    expect(lines.slice(-2)).toEqual([
      {
        figure: "loss-and-prediction",
        flow: null,
        title: "Loss and prediction",
        suffices: true,
        lacking: [],
      },
      { figure: "loss", flow: null, title: "Loss", suffices: true, lacking: [] },
    ]);
    const { lines: made } = await cflow(
      ...["plot", "asked.cflow", "loss", "Loss and prediction", "--out", "asked", "--json"],
    );
    expect(made.map((line) => line.path)).toEqual([
      join("asked", "toy-loss.svg"),
      join("asked", "loss-and-prediction.svg"),
      join("asked", "loss.svg"),
    ]);
    expect(read(join("asked", "loss-and-prediction.svg"))).toContain("toy.central.predicted_loss");
  });
});
