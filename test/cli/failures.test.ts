/** What goes wrong while running: said with what to do, nothing finished is lost, exit code 1. */
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { statuses, stepOf, workspace } from "../support/workspace.js";
import { descent } from "./flow.js";

const { write, cflow, path, processes } = workspace();
const text = `${descent}\nexpect "it descends" { final(eos.discrete.train_loss) < 0.5 }\n`;
write("eos.cflow", text);

describe("a cache that can't be written", () => {
  it.each(["taken", join("taken", "below")])("%s", async (cache) => {
    write("taken", "a regular file");
    const { stdout, stderr, exitCode } = await cflow("run", "eos.cflow", "--cache", cache);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: cannot write to the cache '.*taken(\/below)?': [^\n]+\n {2}help: choose a folder you can write to with --cache DIR or CFLOW_CACHE\n$/,
    );
    expect(processes()).toHaveLength(1);
  });
});

describe("a stage that isn't what was written", () => {
  const whole: Record<string, Buffer> = {};
  const folders: Record<string, string> = {};
  const files = { digits: "examples.arrow", "eos.discrete": "series.arrow" };

  beforeAll(async () => {
    const { summary } = await cflow("run", "eos.cflow", "--json");
    for (const [name, file] of Object.entries(files)) {
      folders[name] = stepOf(summary, name).path!;
      whole[name] = readFileSync(join(folders[name], file));
    }
  });

  const damage = (name: keyof typeof files) => {
    const bytes = Buffer.from(whole[name]!);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(folders[name]!, files[name]), bytes);
  };

  it("is told of, set aside and computed again, and what it was read for as well", async () => {
    damage("digits");
    truncateSync(join(folders["eos.discrete"]!, "series.arrow"), 100);
    const plan = await cflow("plan", "eos.cflow");
    const size = whole["eos.discrete"]!.length;
    expect(plan.stdout).toContain(
      `\nrun     eos.discrete          damaged: series.arrow has 100 bytes instead of ${size}\n`,
    );

    const { summary, lines, exitCode } = await cflow("run", "eos.cflow", "--json");
    expect(exitCode).toBe(0);
    const told = lines.filter((line) => line.event === "damaged");
    expect(told.map(({ step, what }) => [step, what])).toEqual([
      ["eos.discrete", `series.arrow has 100 bytes instead of ${size}`],
      ["digits", "examples.arrow does not have the SHA-256 that stage.json lists"],
    ]);
    for (const { movedTo } of told) expect(existsSync(movedTo as string)).toBe(true);
    expect(statuses(summary)).toEqual({
      digits: "ran",
      "eos.init": "cached",
      "eos.discrete": "ran",
      'expect "it descends"': "cached",
    });
    for (const [name, file] of Object.entries(files)) {
      expect(readFileSync(join(stepOf(summary, name).path!, file)).equals(whole[name]!)).toBe(true);
    }
  });

  it("is computed once again for all that read it at once", async () => {
    damage("digits");
    write("pair.cflow", text.replace("discrete\n", "discrete\n  midpoint\n  stable\n"));
    const { summary, exitCode } = await cflow("run", "pair.cflow", "--set", "lr=0.03", "--json");
    expect(exitCode).toBe(0);
    expect(statuses(summary)).toMatchObject({
      digits: "ran",
      "eos.discrete": "ran",
      "eos.midpoint": "ran",
      "eos.stable": "ran",
    });
  });

  it("is told of by export and show, and made again once it is set aside", async () => {
    damage("eos.discrete");
    const aside = () => readdirSync(join(path, ".cflow", "damaged")).length;
    const before = aside();
    const { stdout, stderr, exitCode } = await cflow("export", "eos.cflow", "eos.discrete");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "error: the kept result of 'eos.discrete' is damaged: series.arrow does not have the SHA-256 that stage.json lists\n" +
        "  help: cflow verify --repair sets it aside, and cflow run eos.cflow, with the same options, computes it again\n",
    );
    expect((await cflow("show", "eos.cflow", "eos.discrete")).stderr).toBe(stderr);
    expect(aside()).toBe(before);
    expect((await cflow("verify", "--repair")).exitCode).toBe(1);
    expect(aside()).toBe(before + 1);
    const again = await cflow("run", "eos.cflow", "--json");
    expect(statuses(again.summary)).toMatchObject({ digits: "cached", "eos.discrete": "ran" });
    expect((await cflow("export", "eos.cflow", "eos.discrete")).exitCode).toBe(0);
  });
});

describe("a process that diverges", () => {
  const both = text.replace("discrete\n", "discrete\n  midpoint\n");
  const wild = `${both}
expect "it diverges late" { at(eos.discrete.train_loss, 0) < 10 }
flow tame {
  dataset = digits  model = net  loss = mse  optimizer = gd { lr = 0.01 }
  steps = n
  discrete
}
`;
  const call = ["wild.cflow", "--set", "lr=1e6"];

  it("stops with what it has, is a result and not a failure, but refutes claims", async () => {
    write("wild.cflow", wild);
    const { summary, exitCode } = await cflow("run", ...call, "--json");
    expect(exitCode).toBe(1);
    expect(new Set(Object.values(statuses(summary)))).toEqual(new Set(["ran", "cached"]));
    const { rows, results } = stepOf(summary, "eos.discrete");
    expect(rows).toBeLessThan(8);
    expect(results.diverged_at).toBe(rows! - 1);
    expect(stepOf(summary, "tame.discrete")).toMatchObject({ rows: 8 });
    expect(stepOf(summary, "tame.discrete").results).not.toHaveProperty("diverged_at");
    expect(summary.claims).toEqual([
      { name: "it descends", holds: false, value: null },
      { name: "it diverges late", holds: true, value: expect.any(Number) },
    ]);

    const words = await cflow("run", ...call);
    expect([words.exitCode, words.stderr]).toEqual([1, ""]);
    expect(words.stdout).toMatch(
      new RegExp(`^eos\\.discrete {3}cached {4}diverged at step ${rows! - 1} `, "m"),
    );
    expect(words.stdout).toContain("\nfails  it descends  (no finite value, claimed < 0.5)\n");

    const { stdout } = await cflow("export", ...[call[0]!, "eos.discrete", ...call.slice(1)]);
    const [header, ...series] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(series).toHaveLength(rows!);
    const loss = header!.indexOf("train_loss");
    const finite = series.map((row) => Number.isFinite(Number(row[loss])));
    expect(finite).toEqual(series.map((_, i) => i < rows! - 1));
  });

  it("succeeds where nothing is claimed, and is not run again for more steps", async () => {
    write("bare.cflow", descent);
    const bare = ["bare.cflow", "--set", "lr=1e6", "--set", "n=50", "--json"];
    const { summary, exitCode } = await cflow("run", ...bare);
    expect(exitCode).toBe(0);
    expect(statuses(summary)).toMatchObject({ "eos.discrete": "cached" });
  });
});
