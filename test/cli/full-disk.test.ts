/** A disk that fills up at any write: said with what to do, nothing finished is lost, nothing is spoiled. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Ended, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, sabotaged, path } = workspace();
write(
  "toy.cflow",
  `landscape minimal(x, y) = (y + x) * x ^ 2 / 2 - 0.01 * (x + y)

flow toy {
  landscape = minimal  optimizer = gd(0.3)  weights = at([0.01, 6.4])
  steps = 120
  discrete  central
  snapshots { every = 10 }
}
expect "it descends" { final(toy.discrete.train_loss) < 10 }
`,
);

const fullDisk = new URL("../support/full-disk.mjs", import.meta.url).href;
const call = ["run", "toy.cflow", "--json", "--checkpoint", "0.001"];

const withRoom = (bytes: number) => sabotaged(fullDisk, { FULL_AFTER: String(bytes) }, ...call);

/** Arrow files of all steps, in hexadecimal. */
function bytesOf({ summary }: Ended): Record<string, string> {
  const files: [string, string][] = summary.steps.flatMap(({ name }) => {
    const folder = stepOf(summary, name).path!;
    return readdirSync(folder)
      .filter((file) => file.endsWith(".arrow"))
      .map((file): [string, string] => [
        `${name}/${file}`,
        readFileSync(join(folder, file)).toString("hex"),
      ]);
  });
  return Object.fromEntries(files);
}

it("fails what it must and nothing else, and the next run goes on", {
  timeout: 120_000,
}, async () => {
  const message = /no space left on the device/;
  const help = /free some space or move the cache with --cache DIR, then run again/;
  // Bytes that each process can write: the driver writes locks and records, workers the stages.
  for (const room of [0, 100, 2000, 5000, 8000, 12000, 16000, 24000]) {
    const { exitCode, stdout, stderr } = await withRoom(room);
    const said = `${stderr}${stdout}`;
    expect([room, exitCode], said).toEqual([room, 1]);
    expect(said).toMatch(message);
    expect(said).toMatch(help);
    expect(said).not.toMatch(/node:internal|at file:/);
  }
  const last = await cflow(...call);
  expect(last.exitCode, last.stdout).toBe(0);
  const undisturbed = await cflow(...call, "--cache", "undisturbed");
  expect(Object.keys(bytesOf(last))).toContain("toy.central/snapshots.arrow");
  expect(bytesOf(last)).toEqual(bytesOf(undisturbed));
  for (const folder of ["locks", "partial"]) {
    expect(readdirSync(join(path, ".cflow", folder))).toEqual([]);
  }
});
