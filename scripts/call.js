// Runs the program as a user does; what it prints goes to standard error.
import { spawnSync } from "node:child_process";

/** Throws if the call fails. */
export function cflow(...args) {
  const call = ["bin/cflow.js", ...args];
  const { status } = spawnSync(process.execPath, call, { stdio: ["ignore", 2, "inherit"] });
  if (status !== 0) throw new Error(`cflow ${args.join(" ")} ended with ${status}`);
}
