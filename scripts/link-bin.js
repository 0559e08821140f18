// Makes `npx cflow` work in this folder. npx starts what is in node_modules/.bin at once, but npm does
// not link a package's own command there; with a "bin" field in package.json npx would instead
// install this folder into its cache at every call, which takes seconds.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

mkdirSync("node_modules/.bin", { recursive: true });
rmSync("node_modules/.bin/cflow", { force: true });
if (process.platform === "win32") {
  writeFileSync("node_modules/.bin/cflow.cmd", '@node "%~dp0\\..\\..\\bin\\cflow.js" %*\r\n');
} else {
  symlinkSync("../../bin/cflow.js", "node_modules/.bin/cflow");
}
