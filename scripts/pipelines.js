// Runs every pipeline, or those of the folders and files that are named first, one after the other;
// fails if a step or a claim of one does. What follows are options of `cflow run`, as in
// `npm run pipelines -- pipelines/paper --cache DIR`.
import { spawnSync } from "node:child_process";
import { pipelineFiles } from "./pipeline-files.js";

const given = process.argv.slice(2);
const named = given.findIndex((arg) => arg.startsWith("-"));
const paths = named < 0 ? given : given.slice(0, named);
const options = given.slice(paths.length);

const files = (paths.length === 0 ? ["pipelines"] : paths).flatMap(pipelineFiles);
const failed = files.filter((file) => {
  process.stdout.write(`\n${file}\n`);
  const args = ["bin/cflow.js", "run", file, ...options];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0;
});
process.stdout.write(`\n${files.length - failed.length} of ${files.length} pipelines hold\n`);
if (failed.length > 0) process.exitCode = 1;
