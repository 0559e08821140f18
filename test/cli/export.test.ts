/** `cflow export`: a kept series as CSV, and what it says where there is none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { csvLines } from "../../src/cli/commands/export.js";
import type { SeriesTable } from "../../src/runtime/step.js";
import { bin, stepOf, workspace } from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow, path } = workspace();
const measured = flow.replace("discrete\n", "discrete\n  eigenvalues { above = 1.5 }\n");

let folder: string;
beforeAll(async () => {
  write("eos.cflow", measured);
  const { summary } = await cflow("run", "eos.cflow", "--json", "--workers", "1");
  folder = stepOf(summary, "eos.central").path!;
});

it("prints what the Arrow file holds, a spectrum in columns and what wasn't measured as nothing", async () => {
  const { stdout, stderr, exitCode } = await cflow("export", "eos.cflow", "eos.central");
  expect([exitCode, stderr]).toEqual([0, ""]);
  const [header, ...rows] = stdout.trimEnd().split("\n");
  const cells = rows.map((row) => row.split(","));
  expect(header!.replace(/\[\d+\](,\w+\[\d+\])*/g, "[…]").split(",")).toEqual([
    "step",
    "train_loss",
    "train_accuracy",
    "test_loss",
    "test_accuracy",
    "grad_norm_sq",
    "effective_eigenvalues[…]",
    "eigenpair_residual",
    "step_norm",
    "step_size_mean",
    "step_size_harmonic_mean",
    "nu_mean",
    "hvps",
    "predicted_loss",
    "predicted_grad_norm_sq",
    "oscillation_variances[…]",
    "oscillation_trace",
    "critical",
    "third_derivatives",
    "substeps",
    "step_error",
    "stationary_cosine",
    "speed",
    "speed_stationary",
    "speed_first_term",
    "speed_gd",
    "complementarity_residual",
  ]);
  expect(cells.map((row) => row[0])).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);

  const table = tableFromIPC(readFileSync(join(folder, "series.arrow")));
  const written = header!.split(",").map((column) => {
    const [, name, index] = /^(\w+)(?:\[(\d+)\])?$/.exec(column)!;
    const values = [...table.getChild(name!)!].map((value) =>
      index === undefined ? value : value?.get(Number(index)),
    );
    return values.map((value) => (value == null ? "" : String(value)));
  });
  expect(cells).toEqual(cells.map((_, i) => written.map((column) => column[i])));
  // The sharpness falls at the start, so that later rows have fewer critical directions.
  const first = header!.split(",").indexOf("oscillation_variances[0]");
  expect(cells[0]![first]).not.toBe("");
  expect(cells.at(-1)![first]).toBe("");
  const widths = new Set(cells.map((row) => row.length));
  expect(widths).toEqual(new Set([header!.split(",").length]));
});

it("ends without a word when its reader leaves, as `head` does", async () => {
  const call = `{ "${process.execPath}" "${bin}" export eos.cflow eos.central; echo "code $?" >&2; } | true`;
  const { stderr } = await execa("sh", ["-c", call], { cwd: path });
  expect(stderr).toBe("code 0");
  const run = `{ "${process.execPath}" "${bin}" run eos.cflow --json; echo "code $?" >&2; } | true`;
  expect((await execa("sh", ["-c", run], { cwd: path })).stderr).toBe("code 0");
});

it.runIf(process.platform === "linux")("tells of a full disk", async () => {
  const call = `"${process.execPath}" "${bin}" export eos.cflow eos.central > /dev/full`;
  const { stderr, exitCode } = await execa("sh", ["-c", call], { cwd: path, reject: false });
  expect(stderr).toMatch(/^error: cannot write the output: ENOSPC: [^\n]*$/);
  expect(exitCode).toBe(1);
});

describe("what there is nothing of", () => {
  it("names the steps that have a series", async () => {
    for (const name of ["eos.centrl", "digits", "eos.init"]) {
      const { stdout, stderr, exitCode } = await cflow("export", "eos.cflow", name);
      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toBe(
        `error: '${name}' is no step with a series\n  help: there are eos.discrete, eos.central\n`,
      );
    }
  });

  it("says why a step has no result for these settings", async () => {
    const changed = await cflow("export", "eos.cflow", "eos.central", "--set", "lr=0.04");
    expect([changed.exitCode, changed.stdout]).toEqual([2, ""]);
    expect(changed.stderr).toBe(
      "error: no result of 'eos.central' is kept for these settings: optimizer.lr 0.05 → 0.04 (eos.cflow:6)\n" +
        "  help: cflow run eos.cflow, with the same options, computes it\n",
    );
    const longer = await cflow("export", "eos.cflow", "eos.central", "--set", "n=9");
    expect([longer.exitCode, longer.stdout]).toEqual([2, ""]);
    expect(longer.stderr).toContain("kept for these settings: rows 8 → 9\n");
  });
});

it("writes NaN and infinities as such, and null as nothing", () => {
  const loss = [1, 0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY];
  const spectra = [Float64Array.of(3, 2), null, Float64Array.of(), Float64Array.of(Number.NaN)];
  const table: SeriesTable = {
    columns: [
      { name: "step", type: "int32" },
      { name: "loss", type: "float64" },
      { name: "values", type: "list<float64>" },
      { name: "never", type: "list<float64>" },
      { name: "accuracy", type: "float64" },
    ],
    rows: 4,
    scalar: (name) =>
      name === "step" ? [0, 1, 2, 3] : name === "loss" ? loss : [null, 0.5, null, 1e-21],
    list: (name) => (name === "values" ? spectra : [null, null, null, null]),
  };
  expect([...csvLines(table)]).toEqual([
    "step,loss,values[0],values[1],accuracy",
    "0,1,3,2,",
    "1,0.30000000000000004,,,0.5",
    "2,NaN,,,",
    "3,Infinity,NaN,,1e-21",
  ]);
});
