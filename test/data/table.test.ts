import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTable } from "../../src/data/table/open.js";
import { valuesOf } from "../../src/data/table/table.js";
import { isMisfit, type Settings } from "../../src/dsl/vocabulary.js";
import { temporaryFolder } from "./folder.js";
import { datasetOf, labelsOf, loaded, refusal, rowsOf } from "./load.js";

const folder = temporaryFolder();
const table = datasetOf("table");
const text = (name: string, content: string) => folder.write(name, Buffer.from(content));

/** Written by pyarrow 25, as `trees.csv` below says. */
const stored = (name: string) => new URL(`tables/${name}`, import.meta.url).pathname;

const trees = {
  height: [1.5, 2.25, -0.5, 3, 0.125, -8, 2.5, 7.5, 0.25, 1, -1, 4],
  count: [3, 1, 2, 9, -4, 5, 0, 7, 8, 6, 1, 2],
  small: [250, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255],
  wet: [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1],
  kind: "oak elm oak ash elm ash oak oak elm ash ash elm".split(" "),
  grade: [2, 0, 1, 2, 2, 0, 1, 1, 0, 2, 1, 0],
};
const names = Object.keys(trees) as (keyof typeof trees)[];
const rows = trees.kind.map((_, i) => names.map((name) => trees[name][i]!));
const csv = text("trees.csv", [names, ...rows].map((row) => `${row.join(",")}\n`).join(""));

const files = [
  "trees.arrow",
  "trees.arrows",
  "trees-dictionary.arrow",
  "trees-none.parquet",
  "trees-plain.parquet",
  "trees-snappy.parquet",
  "trees-gzip.parquet",
  "trees-zstd.parquet",
  "trees-brotli.parquet",
  "trees-lz4.parquet",
].map(stored);

describe.each([csv, ...files])("%s", (path) => {
  const features = ["small", "height"];
  const x = {
    shape: [12, 2],
    values: Float32Array.from(rows.flatMap((_, i) => [trees.small[i]!, trees.height[i]!])),
  };

  test("text is labels, in sorted order", async () => {
    const settings = { train: path, target: "kind", features };
    expect(table.describe(settings)).toEqual({
      input: [2],
      outputs: 3,
      task: "classification",
      train: 12,
      test: 0,
    });
    const { xTrain, yTrain } = await loaded("table", settings);
    expect(xTrain).toEqual(x);
    expect(labelsOf(yTrain)).toEqual(trees.kind.map((kind) => ["ash", "elm", "oak"].indexOf(kind)));
  });

  test("integers are labels, or values if that is said", async () => {
    const labels = await loaded("table", { train: path, target: "grade", features });
    expect(labelsOf(labels.yTrain)).toEqual(trees.grade);
    const values = await loaded("table", {
      train: path,
      target: "count",
      features,
      regression: true,
    });
    expect(values.yTrain).toEqual({ shape: [12, 1], values: Float32Array.from(trees.count) });
  });

  test("two labels may be one output", async () => {
    const settings = { train: path, target: "wet", features, binary: true };
    expect(table.describe(settings)).toMatchObject({ outputs: 1, task: "binary" });
    const { yTrain } = await loaded("table", settings);
    expect(yTrain).toEqual({ shape: [12, 1], values: Float32Array.from(trees.wet) });
  });

  test("floats are values, of several columns in their order", async () => {
    const settings = { train: path, target: ["height", "count"], features: ["wet"], test: csv };
    expect(table.describe(settings)).toEqual({
      input: [1],
      outputs: 2,
      task: "regression",
      train: 12,
      test: 12,
    });
    const { xTrain, yTrain, yTest } = await loaded("table", settings);
    expect([...xTrain.values]).toEqual(trees.wet);
    expect(rowsOf(yTrain)).toEqual(rows.map(([height, count]) => [height, count]));
    expect(yTest).toEqual(yTrain);
  });

  test("all other columns are features unless some are named, and must be numbers", async () => {
    const holds = path === csv ? "'oak' in line 2" : "text";
    const name = path.split("/").at(-1);
    expect(await refusal("table", { train: path, target: "grade" })).toEqual({
      misfit: `column 'kind' of '${name}' holds ${holds}; features are numbers`,
      help: 'name the columns to learn from, as in features = ["a", "b"]',
      setting: "train",
    });
    expect(table.describe({ train: path, target: "kind" })).toMatchObject({ input: [5] });
  });
});

test("what is written as CSV is read back", () => {
  const cell = fc
    .string({ unit: fc.constantFrom(...'ab",;\t\n é') })
    .filter((s) => s.trim() !== "");
  const names = fc.uniqueArray(cell, { minLength: 2, maxLength: 4 });
  const tables = names.chain((header) =>
    fc.tuple(
      fc.constant(header),
      fc.array(fc.tuple(...header.map(() => cell)), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom("", "\ufeff"),
    ),
  );
  const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(tables, ([header, rows, separator, end, mark]) => {
      const lines = [header, ...rows].map((row) => row.map(quote).join(separator) + end);
      const read = openTable(text("round.csv", mark + lines.join("")));
      if (isMisfit(read)) throw new Error(read.misfit);
      expect(read.columns.map(({ name }) => name)).toEqual(header);
      expect(read.columns.map((column) => valuesOf(read, column))).toEqual(
        header.map((_, i) => rows.map((row) => row[i])),
      );
    }),
  );
});

test("numbers are read as they are written", async () => {
  const path = text("numbers.csv", "a,b,c,d,y\n 1 ,-2.5e3,.5,+4,1\n1e-2,3.,-0,007,0\n");
  const { xTrain } = await loaded("table", { train: path, target: "y" });
  expect(rowsOf(xTrain)).toEqual([
    [1, -2500, 0.5, 4],
    [Math.fround(0.01), 3, -0, 7],
  ]);
});

test("labels are sorted as what they are, and those of both files count", async () => {
  const train = text("train.csv", "x,y\n1,10\n2,9\n3,10\n");
  const tested = text("test.tsv", "y\tx\textra\n100\t4\tz\n");
  const settings = { train, test: tested, target: "y" };
  expect(table.describe(settings)).toMatchObject({ outputs: 3, train: 3, test: 1 });
  const { yTrain, xTest, yTest } = await loaded("table", settings);
  expect(labelsOf(yTrain)).toEqual([1, 0, 1]);
  expect([...xTest!.values]).toEqual([4]);
  expect(labelsOf(yTest!)).toEqual([2]);
});

describe("what doesn't fit", () => {
  const good = text("good.csv", "a,b,y\n1,2,0\n3,4,1\n");
  const broken = (content: string) => ({ train: text("broken.csv", content), target: "y" });
  const choose = 'name the columns to learn from, as in features = ["a", "b"]';
  const sorts = "targets are numbers, or labels that are no numbers";

  test.each<[string, () => Settings, object]>([
    [
      "a missing file",
      () => ({ train: join(folder.path, "none.csv"), target: "y" }),
      {
        misfit: "there is no file 'none.csv'",
        help: `looked for '${join(folder.path, "none.csv")}'; paths are relative to the .cflow file`,
        setting: "train",
      },
    ],
    [
      "a file of another kind",
      () => ({ train: text("data.xlsx", "PK"), target: "y" }),
      {
        misfit: "'data.xlsx' does not end as a table's name does",
        help: "tables are read from .csv, .tsv, .arrow, .arrows, .feather, .ipc, .parquet",
        setting: "train",
      },
    ],
    ["an empty file", () => broken(""), { misfit: "'broken.csv' is empty", setting: "train" }],
    [
      "a header alone",
      () => broken("a,y\n"),
      { misfit: "'broken.csv' holds no rows", setting: "train" },
    ],
    [
      "a line with another number of fields",
      () => broken("a,y\n1,2\n\n3,4,5\n"),
      {
        misfit: "'broken.csv' has 3 fields in line 4, not as many as its first line",
        help: "quote a field that holds a separator",
        setting: "train",
      },
    ],
    [
      "a quote that is not closed",
      () => broken('a,y\n1,"2\n'),
      {
        misfit: expect.stringMatching(/^'broken.csv' cannot be read as CSV: Quote Not Closed/),
        setting: "train",
      },
    ],
    [
      "a column that isn't there",
      () => ({ train: good, target: "z" }),
      {
        misfit: "'good.csv' has no column 'z'",
        help: "its columns are 'a', 'b', 'y'",
        setting: "target",
      },
    ],
    [
      "a feature that isn't there",
      () => ({ train: good, target: "y", features: ["a", "c"] }),
      {
        misfit: "'good.csv' has no column 'c'",
        help: "its columns are 'a', 'b', 'y'",
        setting: "features",
      },
    ],
    [
      "a column that the test file lacks",
      () => ({ train: good, target: "y", test: text("other.csv", "a,y\n1,0\n") }),
      {
        misfit: "'other.csv' has no column 'b'",
        help: "its columns are 'a', 'y'",
        setting: "test",
      },
    ],
    [
      "a target among the features",
      () => ({ train: good, target: "y", features: ["a", "y"] }),
      { misfit: "column 'y' is a target and a feature", help: choose, setting: "features" },
    ],
    [
      "no feature",
      () => broken("y\n1\n0\n"),
      { misfit: "'broken.csv' has no column besides the targets", setting: "train" },
    ],
    [
      "a name twice",
      () => broken("a,a,y\n1,2,0\n"),
      { misfit: "'broken.csv' has two columns of the name 'a'", setting: "train" },
    ],
    [
      "the numbers of rows that pandas writes",
      () => broken(",a,y\n0,1,0\n1,2,1\n"),
      {
        misfit: "column '' of 'broken.csv' seems to hold the numbers of rows",
        help: choose,
        setting: "train",
      },
    ],
    [
      "text among the numbers of a feature",
      () => broken("a,b,y\n1,2,0\n3,n/a,1\n"),
      {
        misfit: "column 'b' of 'broken.csv' holds 'n/a' in line 3; features are numbers",
        help: choose,
        setting: "train",
      },
    ],
    [
      "NaN in a feature",
      () => ({ ...broken("a,b,y\n1,2,0\nNaN,4,1\n"), features: ["a"] }),
      {
        misfit: "column 'a' of 'broken.csv' holds 'NaN' in line 3; features are numbers",
        help: choose,
        setting: "features",
      },
    ],
    [
      "an empty field of a feature",
      () => broken("a,y\n1,0\n,1\n"),
      {
        misfit: "column 'a' of 'broken.csv' holds nothing in line 3; features are numbers",
        help: choose,
        setting: "train",
      },
    ],
    [
      "text among the numbers of the target",
      () => broken("a,y\n1,0.5\n2,?\n"),
      {
        misfit: "column 'y' of 'broken.csv' holds '?' in line 3 among numbers",
        help: sorts,
        setting: "target",
      },
    ],
    [
      "an empty field among labels",
      () => broken('a,y\n1,"b\nc"\n2,\n'),
      {
        misfit: "column 'y' of 'broken.csv' holds nothing in line 4",
        help: "give every row a value, or leave the row out",
        setting: "target",
      },
    ],
    [
      "one label only",
      () => broken("a,y\n1,b\n2,b\n"),
      {
        misfit: "column 'y' of 'broken.csv' holds one label only, 'b'",
        help: "a classification needs two classes",
        setting: "target",
      },
    ],
    [
      "a label of its own for every row",
      () => broken(`a,y\n${Array.from({ length: 30 }, (_, i) => `${i},${i}\n`).join("")}`),
      {
        misfit: "column 'y' of 'broken.csv' would make 30 classes of 30 rows",
        help: "set regression = true if they are values",
        setting: "target",
      },
    ],
    [
      "several columns of labels",
      () => ({ train: good, target: ["y", "b"] }),
      {
        misfit: "the targets in 'good.csv' are several columns of integers",
        help: "name one column of labels, or set regression = true",
        setting: "target",
      },
    ],
    [
      "text as a value",
      () => ({ ...broken("a,y\n1,b\n2,c\n"), regression: true }),
      {
        misfit:
          "column 'y' of 'broken.csv' holds 'b' in line 2; targets of a regression are numbers",
        setting: "target",
      },
    ],
    [
      "text to test a regression on",
      () => ({ ...broken("a,y\n1,.5\n"), test: text("other.csv", "a,y\n1,b\n") }),
      {
        misfit:
          "column 'y' of 'other.csv' holds 'b' in line 2; targets of a regression are numbers",
        setting: "test",
      },
    ],
    [
      "floats to test labels on",
      () => ({ train: good, target: "y", test: text("other.csv", "a,b,y\n1,2,0.5\n") }),
      {
        misfit: "column 'y' of 'other.csv' holds floats, but in 'good.csv' it holds integers",
        help: "training and test targets need one type; set regression = true if they are values",
        setting: "test",
      },
    ],
    [
      "a binary regression",
      () => ({ ...broken("a,y\n1,.5\n"), binary: true }),
      {
        misfit: "binary = true, but the targets are values (regression)",
        help: "remove it, or give labels as integers or text",
        setting: "binary",
      },
    ],
    [
      "a binary task of three labels",
      () => ({ ...broken("a,y\n1,b\n2,c\n3,d\n"), binary: true }),
      {
        misfit: "binary = true, but there are 3 classes",
        help: "a binary task has two classes",
        setting: "binary",
      },
    ],
  ])("%s", async (_, settings, misfit) => {
    expect(await refusal("table", settings())).toEqual(misfit);
  });

  test.each(["arrow", "parquet"])("columns of other types in .%s", async (ending) => {
    const train = stored(`odd.${ending}`);
    const types = {
      arrow: ["Date32<DAY>", "List<Float64>", "Decimal[20e+2]", "Binary", "Timestamp<MICROSECOND>"],
      parquet: ["DATE", "LIST", "DECIMAL", "BYTE_ARRAY", "TIMESTAMP"],
    }[ending]!;
    for (const [i, name] of ["when", "list", "money", "bytes", "time"].entries()) {
      const holds = `column '${name}' of 'odd.${ending}' holds ${types[i]}`;
      const asFeature = { train, target: "y", features: [name] };
      expect(await refusal("table", asFeature)).toMatchObject({
        misfit: `${holds}; features are numbers`,
        setting: "features",
      });
      const asTarget = { train, target: name, features: ["y"] };
      expect(await refusal("table", asTarget)).toMatchObject({ misfit: holds, setting: "target" });
    }
  });

  test.each(["arrow", "parquet"])(
    "values that are missing or not finite in .%s",
    async (ending) => {
      const train = stored(`odd.${ending}`);
      const load = (settings: Settings) => table.load({ train, target: "y", ...settings });
      const gap = {
        misfit: `column 'gap' of 'odd.${ending}' holds nothing in row 2`,
        help: "give every row a value, or leave the row out",
      };
      expect(await load({ features: ["gap"] })).toEqual({ ...gap, setting: "train" });
      expect(await load({ target: "gap", features: ["y"] })).toEqual({ ...gap, setting: "train" });
      expect(await load({ target: "name", features: ["y"] })).toMatchObject({
        misfit: `column 'name' of 'odd.${ending}' holds nothing in row 2`,
        setting: "target",
      });
      expect(await load({ features: ["nan"] })).toEqual({
        misfit: `column 'nan' of 'odd.${ending}' holds NaN in row 2`,
        help: "values must be finite in float32",
        setting: "train",
      });
      expect(await load({ target: "id", features: ["y"] })).toMatchObject({
        misfit: `column 'id' of 'odd.${ending}' holds 1152921504606847000 in row 1, beyond the exact integers of float64`,
        setting: "target",
      });
      const { xTrain } = await loaded("table", { train, target: "y", features: ["half"] });
      expect([...xTrain.values]).toEqual([1.5, 2, 3]);
    },
  );

  test("a number beyond float32", async () => {
    const train = text("large.csv", "a,y\n1,0\n-1e39,1\n");
    expect(await table.load({ train, target: "y" })).toEqual({
      misfit: "column 'a' of 'large.csv' holds -1e+39 in line 3",
      help: "values must be finite in float32",
      setting: "train",
    });
  });

  test("compressed Arrow", async () => {
    const settings = { train: stored("trees-lz4.feather"), target: "grade" };
    expect(await refusal("table", settings)).toEqual({
      misfit:
        "'trees-lz4.feather' cannot be read as Arrow: Record batch is compressed but codec not found",
      help: "write an uncompressed Arrow IPC file or stream",
      setting: "train",
    });
  });

  test.each(["trees.arrow", "trees.arrows", "trees-snappy.parquet"])(
    "%s cut anywhere",
    async (name) => {
      const whole = readFileSync(stored(name));
      const path = join(folder.path, `cut-${name}`);
      for (let length = 0; length < whole.length; length += 5) {
        writeFileSync(path, whole.subarray(0, length));
        const settings = { train: path, target: "kind" };
        expect(await refusal("table", settings)).toMatchObject({ setting: "train" });
      }
    },
  );

  test("a damaged page of Parquet is no throw, and never a value too few", async () => {
    const whole = readFileSync(stored("trees-snappy.parquet"));
    const path = join(folder.path, "damaged.parquet");
    const footer = whole.readUInt32LE(whole.length - 8);
    const change = fc.tuple(
      fc.integer({ min: 4, max: whole.length - footer - 9 }),
      fc.integer({ min: 1, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at]! + by) % 256;
        writeFileSync(path, bytes);
        const examples = await table.load({ train: path, target: "kind" });
        if (!isMisfit(examples)) expect(examples.xTrain.shape).toEqual([12, 5]);
      }),
    );
  });
});

test("the identity is the files' contents and what is made of them, not their paths", () => {
  const train = text("before.csv", "a,b,y\n1,2,0\n3,4,1\n");
  const before = table.identity({ train, target: "y" });
  const moved = join(folder.path, "after.csv");
  renameSync(train, moved);
  expect(table.identity({ train: moved, target: "y" })).toEqual(before);
  expect(table.identity({ train: moved, target: "b" })).not.toEqual(before);
  expect(table.identity({ train: moved, target: "y", features: ["a"] })).not.toEqual(before);
  expect(table.identity({ train: moved, target: "y", test: moved })).not.toEqual(before);
  text("after.csv", "a,b,y\n1,2,0\n3,5,1\n");
  expect(table.identity({ train: moved, target: "y" })).not.toEqual(before);
});
