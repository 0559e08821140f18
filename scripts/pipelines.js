// Runs every pipeline of the folder and those within it, one after the other; fails if a step or a claim of one does.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const files = readdirSync("pipelines", { recursive: true })
  .filter((name) => name.endsWith(".cflow"))
  .sort();
const failed = files.filter((name) => {
  process.stdout.write(`\n${name}\n`);
  const args = ["bin/cflow.js", "run", `pipelines/${name}`, ...process.argv.slice(2)];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0;
});
process.stdout.write(`\n${files.length - failed.length} of ${files.length} pipelines hold\n`);
if (failed.length > 0) process.exitCode = 1;
