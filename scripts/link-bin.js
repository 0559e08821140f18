// `npx cflow` looks in node_modules/.bin first; npm does not link a package's own command there.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

mkdirSync("node_modules/.bin", { recursive: true });
rmSync("node_modules/.bin/cflow", { force: true });
if (process.platform === "win32") {
  writeFileSync("node_modules/.bin/cflow.cmd", '@node "%~dp0\\..\\..\\bin\\cflow.js" %*\r\n');
} else {
  symlinkSync("../../bin/cflow.js", "node_modules/.bin/cflow");
}
