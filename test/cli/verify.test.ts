/** `cflow verify`: what is damaged is named, and set aside only when that is asked for. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { started, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, path } = workspace();
const flow = (name: string, x: number) => `landscape bowl(x) = x ^ 2 / 2
flow ${name} {
  landscape = bowl  optimizer = gd(0.5)  weights = at([${x}])
  steps = 20
  discrete  midpoint
}
`;
write("a.cflow", flow("a", 1));
write("b.cflow", flow("b", 2));
const folders: Record<string, string> = {};

beforeAll(async () => {
  for (const file of ["a.cflow", "b.cflow"]) {
    const { summary } = await cflow("run", file, "--json");
    for (const { name } of summary.steps) folders[name] = stepOf(summary, name).path!;
  }
});

it("finds nothing where nothing is", async () => {
  const whole = await cflow("verify");
  expect([whole.exitCode, whole.stderr]).toEqual([0, ""]);
  expect(whole.stdout).toMatch(/^6 results, [\d.]+ kB: all as recorded\n$/);
  const one = await cflow("verify", "a.cflow");
  expect(one.stdout).toMatch(/^3 results, /);
  const none = await cflow("verify", "--cache", "nowhere");
  expect([none.exitCode, none.stdout]).toEqual([0, "0 results, 0 bytes: all as recorded\n"]);
  expect(existsSync(join(path, "nowhere"))).toBe(false);
});

it("names what is damaged, sets it aside when told to, and the next run mends it", async () => {
  const flipped = join(folders["a.discrete"]!, "state.arrow");
  const bytes = readFileSync(flipped);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(flipped, bytes);
  const { size } = { size: readFileSync(join(folders["b.midpoint"]!, "series.arrow")).length };
  truncateSync(join(folders["b.midpoint"]!, "series.arrow"), 10);
  rmSync(join(folders["b.init"]!, "stage.json"));

  const found = await cflow("verify");
  expect(found.exitCode).toBe(1);
  expect(found.stdout.trimEnd().split("\n").sort()).toEqual([
    expect.stringMatching(/^6 results, [\d.]+ kB: 3 damaged$/),
    "damaged  a.discrete  state.arrow does not have the SHA-256 that stage.json lists",
    "damaged  b.init  stage.json is missing",
    `damaged  b.midpoint  series.arrow has 10 bytes instead of ${size}`,
  ]);
  const one = await cflow("verify", "a.cflow", "--json");
  expect(one.exitCode).toBe(1);
  expect(one.lines).toEqual([
    {
      event: "damaged",
      step: "a.discrete",
      fingerprint: expect.any(String),
      folder: folders["a.discrete"],
      what: "state.arrow does not have the SHA-256 that stage.json lists",
    },
    { event: "verified", results: 3, bytes: expect.any(Number), damaged: 1 },
  ]);
  expect(existsSync(join(path, ".cflow", "damaged"))).toBe(false);

  const repaired = await cflow("verify", "--repair");
  expect(repaired.exitCode).toBe(1);
  expect(repaired.stdout).toContain("3 damaged; the next run computes again what it needs of them");
  expect(readdirSync(join(path, ".cflow", "damaged"))).toHaveLength(3);
  expect((await cflow("verify")).exitCode).toBe(0);
  const again = await cflow("run", "b.cflow", "--json");
  expect(started(again)).toEqual(["b.init", "b.midpoint"]);
  expect(started(await cflow("run", "a.cflow", "--json"))).toEqual(["a.discrete"]);
  expect((await cflow("verify")).stdout).toMatch(/^6 results, .*: all as recorded\n$/);
});

it("reports the errors of a file", async () => {
  write("bad.cflow", "flow {");
  expect((await cflow("verify", "bad.cflow")).exitCode).toBe(2);
});
