/**
 * README's first commands as its reader types them, and the picture that it shows of their report:
 * `npm run screenshot` takes that anew.
 */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, openBrowser } from "../support/browser.js";
import { type Ended, workspace } from "../support/workspace.js";
import { callsOf, root } from "./pages.js";

const { path, cflow } = workspace();
const picture = join(root, "docs", "report.png");
const size = { width: 1280, height: 1370 };
const takesPicture = process.env.npm_lifecycle_event === "screenshot";

const calls = callsOf("README.md").slice(0, 2);
const ends: Ended[] = [];

beforeAll(async () => {
  symlinkSync(join(root, "pipelines"), join(path, "pipelines"));
  for (const { words } of calls) ends.push(await cflow(...words));
}, 600_000);

it("the pipeline runs, its claims hold, and a second run computes nothing", async () => {
  const [run] = ends;
  expect([run!.exitCode, calls[0]!.words[0]]).toEqual([0, "run"]);
  expect(run!.stdout.match(/^holds /gm)).toHaveLength(6);
  const { summary } = await cflow(...calls[0]!.words, "--json");
  expect(new Set(summary.steps.map(({ status }) => status))).toEqual(new Set(["cached"]));
});

it("the report is one file, named as README says", () => {
  const [, report] = ends;
  expect(report!.exitCode).toBe(0);
  expect(report!.stdout).toMatch(/^wrote quickstart\.html, [\d.]+ kB$/m);
});

describe.skipIf(!hasBrowser)("the report (skipped without /usr/bin/chromium)", () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage({ viewport: size });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(path, "quickstart.html")).href);
    await page.locator("figure canvas").first().waitFor();
  });
  afterAll(async () => {
    await browser.close();
  });

  it("has the paper's figures, and asks for nothing", async () => {
    const titles = await page.locator("figure h3").allTextContents();
    expect(titles).toEqual([
      "Training loss",
      "Effective eigenvalues",
      "Sharpness",
      "Variance of oscillations",
      "Squared gradient norm",
      "Distance to the optimizer",
      "Cost of a step",
      "Time of a step",
    ]);
    expect(await page.locator("figure canvas").count()).toBe(titles.length);
    expect(requests).toHaveLength(1);
  });

  it("looks like README's picture", async () => {
    const taken = await page.screenshot();
    if (takesPicture) writeFileSync(picture, taken);
    const known = readFileSync(picture);
    expect(await difference(browser, taken, known)).toBeLessThan(most);
    // The bound tells this page from itself scrolled by some lines.
    await page.mouse.wheel(0, 60);
    await page.waitForTimeout(200);
    expect(await difference(browser, await page.screenshot(), known)).toBeGreaterThan(most);
  });
});

/** Of grey levels from 0 to 255: other fonts, and other last bits, make less of a difference. */
const most = 3;

/** The mean difference of two pictures in cells of 8 pixels, as the browser sees them. */
async function difference(browser: Browser, a: Buffer, b: Buffer): Promise<number> {
  const page = await browser.newPage();
  const urls = [a, b].map((bytes) => `data:image/png;base64,${bytes.toString("base64")}`);
  const [width, height] = [size.width / 8, size.height / 8];
  // As text, since the types of browsers are not among those of tests.
  const found = await page.evaluate<number>(`(async () => {
    const cells = await Promise.all(${JSON.stringify(urls)}.map(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      if (image.width !== ${size.width} || image.height !== ${size.height}) return undefined;
      const context = new OffscreenCanvas(${width}, ${height}).getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, ${width}, ${height});
      return context.getImageData(0, 0, ${width}, ${height}).data;
    }));
    const [a, b] = cells;
    if (!a || !b) return 255;
    return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
  })()`);
  await page.close();
  return found;
}
