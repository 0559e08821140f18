// Runs the pipelines that docs/agreement.md speaks of, and writes it from their results.
// Options are those of `cflow run`, as in `npm run agreement -- --cache DIR`.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agreementOf, integrationError } from "../dist/report/agreement.js";
import { agreementPage } from "../dist/report/agreement-page.js";
import { readSeries } from "../dist/runtime/arrow/series.js";

const pipelines = [
  ["Gradient descent", "pipelines/quickstart.cflow"],
  ["Scalar RMSProp", "pipelines/scalar-rmsprop.cflow"],
  ["RMSProp", "pipelines/rmsprop.cflow"],
];
const discretizations = [
  ["gradient descent", "pipelines/discretization/gd.cflow"],
  ["Scalar RMSProp", "pipelines/discretization/scalar-rmsprop.cflow"],
  ["RMSProp", "pipelines/discretization/rmsprop.cflow"],
];

/** The series of every trajectory that a file's run ends with, by the step's name. */
function seriesOf(file) {
  const args = ["bin/cflow.js", "run", file, "--json", ...process.argv.slice(2)];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${file} does not hold`);
  const { steps } = JSON.parse(stdout.trim().split("\n").at(-1));
  return new Map(
    steps
      .filter(({ rows }) => rows !== undefined)
      .map(({ name, path, rows }) => [
        name,
        readSeries(readFileSync(join(path, "series.arrow")), rows),
      ]),
  );
}

const agreements = pipelines.map(([title, file]) => {
  process.stderr.write(`${file}\n`);
  const flow = new Map([...seriesOf(file)].map(([name, table]) => [name.split(".")[1], table]));
  return { title, file, rows: agreementOf(flow) };
});
const integrations = discretizations.map(([title, file]) => {
  process.stderr.write(`${file}\n`);
  const tables = seriesOf(file);
  const converged = tables.get("converged.central");
  return {
    title,
    file,
    rows: [
      ["`heun`, 2", "default.central"],
      ["`authors`, 4", "authors.central"],
    ].map(([method, step]) => ({ method, ...integrationError(tables.get(step), converged) })),
  };
});
writeFileSync("docs/agreement.md", agreementPage(agreements, integrations));
process.stderr.write("docs/agreement.md\n");
