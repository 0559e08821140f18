/** `cflow export`: a kept series as CSV, and what it says where there is none. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { execa } from "execa";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import { type NpyArray, readNpy } from "../../src/data/npy/index.js";
import { csvLines } from "../../src/results/csv.js";
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

describe("as a file", () => {
  const kept = (...parts: string[]) => readFileSync(join(...parts));
  const written = (name: string) => readFileSync(join(path, name));

  it("arrow has the bytes of a stage of as many rows as the file asks for", async () => {
    const all = await cflow("export", "eos.cflow", "eos.central", "--to", "arrow");
    expect([all.exitCode, all.stderr]).toEqual([0, ""]);
    expect(all.stdout).toMatch(/^eos\.central\.arrow: 8 rows, 35 columns, [\d.]+ kB\n$/);
    expect(written("eos.central.arrow")).toEqual(kept(folder, "series.arrow"));

    const fewer = ["--set", "n=5", "--to", "arrow", "--out", "five.arrow"];
    await cflow("export", "eos.cflow", "eos.central", ...fewer);
    const { summary } = await cflow("run", "eos.cflow", "--json", "--set", "n=5", "--cache", "b");
    const short = stepOf(summary, "eos.central").path!;
    expect(written("five.arrow")).toEqual(kept(short, "series.arrow"));
  });

  it("parquet has numbers, lists for spectra, and null for what wasn't measured", async () => {
    await cflow("export", "eos.cflow", "eos.central", "--to", "parquet");
    const bytes = written("eos.central.parquet");
    const file = Uint8Array.from(bytes).buffer;
    const rows = await parquetReadObjects({ file });
    const table = tableFromIPC(kept(folder, "series.arrow"));
    expect(Object.keys(rows[0]!)).toEqual(table.schema.fields.map(({ name }) => name));
    for (const { name } of table.schema.fields) {
      const expected = [...table.getChild(name)!].map((value) =>
        value === null || typeof value === "number" ? value : [...value],
      );
      // hyparquet reads a list that is null as undefined.
      expect(rows.map((row) => row[name] ?? null)).toEqual(expected);
    }
    await cflow("export", "eos.cflow", "eos.central", "--to", "parquet", "--force");
    expect(written("eos.central.parquet")).toEqual(bytes);
  });

  it("npy has a series, a spectrum padded with NaN, or a tensor", async () => {
    const npy = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await cflow("export", ...args, "--to", "npy");
      expect([exitCode, stderr]).toEqual([0, ""]);
      return readNpy(join(path, stdout.slice(0, stdout.indexOf(": ")))) as NpyArray;
    };
    const table = tableFromIPC(kept(folder, "series.arrow"));
    const loss = await npy("eos.cflow", "eos.central.train_loss");
    expect([loss.dtype, loss.shape]).toEqual(["f8", [8]]);
    expect([...loss.values]).toEqual([...table.getChild("train_loss")!]);
    expect(await npy("eos.central.step")).toMatchObject({
      dtype: "i4",
      values: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    });
    const variances = await npy("eos.cflow", "eos.central.oscillation_variances");
    const lists = [...table.getChild("oscillation_variances")!].map((list) => [...list]);
    const longest = Math.max(...lists.map(({ length }) => length));
    expect(variances.shape).toEqual([8, longest]);
    expect([...variances.values]).toEqual(
      lists.flatMap((list) => Array.from({ length: longest }, (_, i) => list[i] ?? Number.NaN)),
    );
    const first = await npy("eos.central.oscillation_variances[0]");
    expect([...first.values]).toEqual(lists.map(([value]) => value ?? Number.NaN));
    expect(await npy("eos.init")).toMatchObject({ dtype: "f4", shape: [3150] });
    expect(await npy("eos.cflow", "digits.x_train")).toMatchObject({ shape: [20, 28, 28] });
  });

  it("is not written over another, unless it is to be", async () => {
    write("there.npy", "mine");
    const args = ["export", "eos.cflow", "eos.central.step", "--to", "npy", "--out", "there.npy"];
    const { exitCode, stderr } = await cflow(...args);
    expect([exitCode, stderr]).toEqual([
      2,
      "error: 'there.npy' is there already\n  help: --force replaces it, --out names another\n",
    ]);
    expect(written("there.npy").toString()).toBe("mine");
    expect((await cflow(...args, "--force")).exitCode).toBe(0);
    expect(existsSync(join(path, "there.npy.next"))).toBe(false);
    expect(written("there.npy").subarray(1, 6).toString()).toBe("NUMPY");
  });

  it.each([
    [
      "digits",
      "npy",
      "npy holds one array",
      "name one of its tensors: x_train, y_train, x_test, y_test",
    ],
    ["eos.central", "npy", "npy holds one array", "name a series, as in eos.central.train_loss"],
    ["digits", "parquet", "tensors are no rows for parquet", "use --to npy or --to arrow"],
  ])("not of %s as %s", async (step, format, message, help) => {
    const { stderr, exitCode } = await cflow("export", "eos.cflow", step, "--to", format);
    expect([exitCode, stderr]).toEqual([2, `error: ${message}\n  help: ${help}\n`]);
    expect(existsSync(join(path, `${step}.${format}`)) && step === "digits").toBe(false);
  });

  it("datasets and weights are copied as arrow, one tensor stands alone", async () => {
    const { stdout } = await cflow("export", "digits", "--to", "arrow");
    expect(stdout).toMatch(/^digits\.arrow: x_train \[20, 28, 28\], y_train /);
    const digits = JSON.parse((await cflow("show", "digits", "--json")).stdout);
    expect(written("digits.arrow")).toEqual(kept(digits.path, "examples.arrow"));
    await cflow("export", "digits.y_test", "--to", "arrow");
    const { fields } = tableFromIPC(written("digits.y_test.arrow")).schema;
    expect(fields.map(({ name }) => name)).toEqual(["y_test"]);
  });
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
  it.each([
    ["eos.centrl", "'eos.cflow' has no step 'eos.centrl'", "did you mean 'eos.central'?"],
    ["digits", "tensors are no rows for csv", "use --to npy or --to arrow"],
    ["eos.init", "tensors are no rows for csv", "use --to npy or --to arrow"],
    ["eos.central.train_los", "'eos.central' has no 'train_los'", "did you mean 'train_loss'?"],
    ["eos.central.critical[0]", "'critical' holds a number a row", "leave the index out"],
  ])("such as %s", async (name, message, help) => {
    const { stdout, stderr, exitCode } = await cflow("export", "eos.cflow", name);
    expect([exitCode, stdout, stderr]).toEqual([2, "", `error: ${message}\n  help: ${help}\n`]);
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
