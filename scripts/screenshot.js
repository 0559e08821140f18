// Takes the picture of a report that the README shows, docs/report.png, with Debian's Chromium.
// Options are those of `cflow run` and `cflow report`, as in `npm run screenshot -- --cache DIR`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { cflow } from "./call.js";

const pipeline = "pipelines/quickstart.cflow";
const options = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "cflow-screenshot-"));
const page = join(folder, "report.html");

try {
  cflow("run", pipeline, ...options);
  cflow("report", pipeline, "--out", page, ...options);
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
