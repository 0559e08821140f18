/** `cflow report`: pages of files, runs and sweeps, through the built program. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { workspace } from "../support/workspace.js";
import { toy } from "./toy.js";

const { write, cflow, read, path } = workspace();

/** What a page says of figures, by the ids of their elements. */
function payloadOf(html: string) {
  const [, data] = /id="payload">(.*?)<\/script>/s.exec(html)!;
  return JSON.parse(data!) as {
    figures: { id: string; members: { name: string }[]; curves: { label: string }[] }[];
  };
}

const textOf = (html: string) =>
  html
    .replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "")
    .replaceAll(/<[^>]*>/g, "|")
    .replaceAll(/[|\s]*\|[|\s]*/g, "|");

let plain: string;
beforeAll(async () => {
  write("toy.cflow", `// A valley.\n\n${toy}`);
  await cflow("run", "toy.cflow");
  expect((await cflow("report", "toy.cflow")).exitCode).toBe(0);
  plain = read("toy.html");
});

describe("a file's page", () => {
  it("tells what is kept, in words and in figures", () => {
    const text = textOf(plain);
    for (const part of [
      "|toy|results of ",
      "|A valley.|",
      "|Claims|1 of 1 holds|",
      "|small|final(toy.central.train_loss) &lt; 3|✓ holds|",
      "|toy|minimal, gd(lr = 0.3), 40 steps|",
      "|optimizer|gd(lr = 0.3)|",
      "|compare|every = 10|",
      "discrete, 40 rows",
      "landscape minimal(x, y) = (y + x) * x ^ 2 / 2",
    ]) {
      expect(text).toContain(part);
    }
    const loss = payloadOf(plain).figures.find(({ id }) => id === "flow-0-loss")!;
    expect(loss.curves.map(({ label }) => label)).toContain("central flow's prediction");
    expect(loss.members).toEqual([]);
  });

  it("is written where it is asked for, and is the same the next time", async () => {
    const { stdout } = await cflow("report", "toy.cflow", "--out", "other.html", "--json");
    const bytes = readFileSync(join(path, "other.html")).byteLength;
    expect(JSON.parse(stdout)).toEqual({ event: "report", path: "other.html", bytes, lacking: [] });
    expect(read("other.html")).toBe(plain);
    const failed = await cflow("report", "toy.cflow", "--out", "none/toy.html");
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/^error: cannot write 'none\/toy.html': ENOENT/);
  });

  it("names what is lacking, and computes nothing", async () => {
    const { stdout, stderr, exitCode } = await cflow("report", "toy.cflow", "--set", "lr=0.2");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^wrote toy.html, [\d.]+ kB\n$/)]);
    expect(stderr).toBe(
      'toy.cflow --set lr=0.2 has no results of toy.discrete, toy.central, toy.compare, expect "small"\n' +
        "  help: cflow run toy.cflow --set lr=0.2 computes them\n",
    );
    const text = textOf(read("toy.html"));
    expect(text).toContain("|nothing is kept yet|");
    expect(text).toContain("|No results of toy.discrete, toy.central, toy.compare, ");
    expect(text).toContain("|small|final(toy.central.train_loss) &lt; 3|not judged|");
    expect(payloadOf(read("toy.html")).figures).toEqual([]);
    await cflow("report", "toy.cflow", "--cache", "nowhere");
    expect(existsSync(join(path, "nowhere"))).toBe(false);
  });

  it("is refused for a file with errors, and for what is neither file nor run", async () => {
    write("bad.cflow", "flow toy { steps = 1 }");
    expect((await cflow("report", "bad.cflow")).exitCode).toBe(2);
    expect(existsSync(join(path, "bad.html"))).toBe(false);
    const { stderr, exitCode } = await cflow("report", "missing");
    expect([exitCode, stderr]).toEqual([
      2,
      "error: 'missing' is neither a file nor a run\n  help: cflow log lists all runs\n",
    ]);
  });
});

it("lays runs and files over each other, with what sets them apart", async () => {
  await cflow("run", "toy.cflow", "--set", "lr=0.25");
  const { stdout } = await cflow("report", "toy.cflow", "last", "--out", "ab.html");
  expect(stdout).toMatch(/^wrote ab.html/);
  const text = textOf(read("ab.html"));
  expect(text).toMatch(/\|A\|toy.cflow\|results of .*\|B\|run \w+ of toy.cflow --set lr=0.25\|/s);
  expect(text).toContain("|param lr|0.3 (toy.cflow:3)|0.25 (--set)|");
  expect(text).toMatch(/\|Final values\|A\|B\|Training loss\|[^|]+\|-?[\d.e-]+\|-?[\d.e-]+\|/);
  const { figures } = payloadOf(read("ab.html"));
  expect(figures.length).toBeGreaterThan(0);
  for (const { members } of figures) expect(members.map(({ name }) => name)).toEqual(["A", "B"]);

  // A run keeps its text: its page says what it was, whatever the file says by now.
  write("gone.cflow", read("toy.cflow"));
  await cflow("run", "gone.cflow");
  write("gone.cflow", "nothing");
  expect((await cflow("report", "last", "--out", "gone.html")).exitCode).toBe(0);
  expect(payloadOf(read("gone.html"))).toEqual(payloadOf(plain));
});

it("makes families of a sweep's variants", async () => {
  write("sweep.cflow", toy.replace("param lr = 0.3", "sweep lr in [0.2, 0.3]"));
  await cflow("run", "sweep.cflow");
  await cflow("report", "sweep.cflow");
  const page = read("sweep.html");
  expect(page).toContain('<th scope="row">lr</th><td>0.2, 0.3</td>');
  const { figures } = payloadOf(page);
  const losses = figures.filter(({ id }) => id.endsWith("-loss"));
  expect(losses.map(({ members }) => members.map(({ name }) => name))).toEqual([
    ["lr = 0.2", "lr = 0.3"],
    [],
    [],
  ]);
  expect(losses[0]!.curves).toHaveLength(2 * losses[1]!.curves.length);
});

it.each([
  ["has another byte", (bytes: Buffer) => bytes.fill(bytes[80]! ^ 1, 80, 81)],
  ["is too short", (bytes: Buffer) => bytes.subarray(8)],
])("tells of a damaged result that %s, and leaves it where it is", async (_, damage) => {
  const { stdout } = await cflow("run", "toy.cflow", "--json");
  const { steps } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const central = steps.find(({ name }: { name: string }) => name === "toy.central");
  const series = join(central.path, "series.arrow");
  const whole = readFileSync(series);
  writeFileSync(series, damage(Buffer.from(whole)));
  const { stderr, exitCode } = await cflow("report", "toy.cflow", "--out", "damaged.html");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("error: a kept result of toy.cflow is damaged: series.arrow");
  expect(existsSync(join(path, "damaged.html"))).toBe(false);
  expect(existsSync(series)).toBe(true);
  writeFileSync(series, whole);
});
