/** The Python and R of docs/reading-results.md on results of a run, where the machine has what they use. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bin, workspace } from "../support/workspace.js";
import { callsOf, fencesOf } from "./pages.js";

const { path, write, cflow } = workspace();

const [helper, ...snippets] = fencesOf("docs/reading-results.md")
  .filter(({ language }) => language === "python")
  .map(({ text }) => text);

const rSnippets = fencesOf("docs/reading-results.md")
  .filter(({ language }) => language === "r")
  .map(({ text }) => text);

const imports = (text: string) =>
  [...text.matchAll(/^import (.+)$/gm)].flatMap(([, list]) =>
    list!.split(",").map((each) => each.trim().replace(/ as .*$/, "")),
  );

/** Whether python3 has them; tables print numbers by numpy. */
function has(modules: readonly string[]): boolean {
  try {
    execFileSync("python3", ["-c", `import numpy, ${modules.join(", ")}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether Rscript is there and has the packages that a text names, as in `arrow::`. */
function hasR(text: string): boolean {
  const packages = [...text.matchAll(/(\w+)::/g)].map(([, name]) => `"${name}"`);
  const test = `stopifnot(all(vapply(c(${packages}), requireNamespace, NA, quietly = TRUE)))`;
  try {
    execFileSync("Rscript", ["-e", test], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What it prints. */
function r(text: string): string {
  return execFileSync("Rscript", ["-e", text], {
    cwd: path,
    encoding: "utf8",
    env: { ...process.env, CFLOW_CACHE: undefined },
  });
}

/** What it prints. */
function python(text: string): string {
  return execFileSync("python3", ["-c", `${helper}\n${text}`], {
    cwd: path,
    encoding: "utf8",
    env: { ...process.env, CFLOW_CACHE: undefined },
  });
}

beforeAll(async () => {
  write(
    "first.cflow",
    `dataset digits = mnist { classes = [3, 8]  train = 20  test = 10  crop = 24  pool = 3 }
     model mlp = flatten -> dense(4) -> tanh -> dense(outputs)
     flow eos {
       dataset = digits  model = mlp  loss = mse  optimizer = gd(0.2)  steps = 6
       eigenvalues { above = 0.5 }
       snapshots { every = 3 }
       central
     }`,
  );
  expect((await cflow("run", "first.cflow")).exitCode).toBe(0);
  // As `npm ci` makes it, for npx.
  mkdirSync(join(path, "node_modules/.bin"), { recursive: true });
  symlinkSync(bin, join(path, "node_modules/.bin/cflow"));
});

test("results are exported as the page does", async () => {
  const calls = callsOf("docs/reading-results.md");
  expect(calls.length).toBeGreaterThan(3);
  for (const { words, line } of calls) {
    expect((await cflow(...words)).exitCode, line).toBe(0);
  }
});

describe.each(snippets.map((text, i) => ({ text, i, modules: imports(text) })))(
  "snippet $i with $modules",
  ({ text, modules }) => {
    test.skipIf(!has(modules))("runs, and sees what is there", () => {
      const printed = python(text);
      if (text.includes("images")) {
        expect(printed).toContain("(2, 270) [0, 3]");
        expect(printed).toContain("(20, 8, 8)");
      } else {
        expect(printed.split("\n").length).toBeGreaterThan(1);
      }
    });
  },
);

describe.each(rSnippets.map((text, i) => ({ text, i })))("snippet $i of R", ({ text }) => {
  test.skipIf(!hasR(text))("draws a curve of as many rows as the file asks for", () => {
    const printed = r(`${text}\ncat(nrow(series), sum(!is.na(series$predicted_loss)))`);
    expect(printed.trim().split("\n").at(-1)).toBe("6 6");
    expect(existsSync(join(path, "Rplots.pdf"))).toBe(true);
  });
});

test.skipIf(!has(["pyarrow"]))("a step's rows are those that the file asks for", async () => {
  const longer = await cflow("run", "first.cflow", "--json");
  const { path: folder, rows } = longer.summary.steps.find(({ name }) => name === "eos.central")!;
  expect(JSON.parse(python("print(json.dumps(stage('eos.central')))"))).toEqual([folder, rows]);
  const values = python(`${snippets[0]!}\nprint(json.dumps(series["step"].to_pylist()))`);
  expect(JSON.parse(values.trim().split("\n").at(-1)!)).toEqual([0, 1, 2, 3, 4, 5]);
});
