// Takes the picture of a report that the README shows, docs/report.png, with Debian's Chromium.
// Options are those of `cflow run` and `cflow report`, as in `npm run screenshot -- --cache DIR`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const pipeline = "pipelines/quickstart.cflow";
const options = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "cflow-screenshot-"));
const page = join(folder, "report.html");

function cflow(...args) {
  const call = ["bin/cflow.js", ...args, ...options];
  const { status } = spawnSync(process.execPath, call, { stdio: ["ignore", 2, "inherit"] });
  if (status !== 0) throw new Error(`cflow ${args.join(" ")} ended with ${status}`);
}

try {
  cflow("run", pipeline);
  cflow("report", pipeline, "--out", page);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 1370 } });
    await tab.goto(pathToFileURL(page).href);
    await tab.locator("figure canvas").first().waitFor();
    await tab.screenshot({ path: "docs/report.png" });
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stderr.write("docs/report.png\n");
