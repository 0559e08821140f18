// Which .cflow files there are to run.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

// Their data has to be fetched, and they take an hour to weeks.
const byHand = "pipelines/paper/full";

/** A file itself, or the files below a folder that have flows of their own, by their paths. */
export function pipelineFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".cflow"))
    .map((name) => join(path, name))
    .filter((file) => path.startsWith(byHand) || !file.startsWith(byHand))
    .filter((file) => /^(flow|command)\b/m.test(readFileSync(file, "utf8")))
    .sort();
}
