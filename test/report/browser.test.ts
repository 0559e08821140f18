/** A report in a browser, as its readers have it. */
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "../../src/report/page/document.js";
import { hasBrowser, openBrowser } from "../support/browser.js";
import { workspace } from "../support/workspace.js";
import { assets, curve, figure, report, subject } from "./figures.js";

const { write, cflow, path } = workspace();

let browser: Browser;
const requests: string[] = [];
const errors: string[] = [];

async function open(file: string, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** What is looked at of a canvas; the types of browsers are not among those of tests. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(name: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Pixels of a figure's canvas, by their colours. */
async function colours(page: Page, id: string): Promise<ReadonlyMap<string, number>> {
  const canvas = page.locator(`[id="${id}"] canvas`);
  const counts = await canvas.evaluate((element) => {
    const { width, height, getContext } = element as unknown as Canvas;
    const { data } = getContext.call(element, "2d").getImageData(0, 0, width, height);
    const found = new Map<string, number>();
    for (let i = 0; i < data.length; i += 4) {
      const key = `${data[i]} ${data[i + 1]} ${data[i + 2]}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return [...found];
  });
  return new Map(counts);
}

const blue = "0 114 178";
const green = "0 158 115";

const known = figure(
  "known",
  [
    curve(101, (step) => 10 ** (step / 25 - 2), { label: "grows" }),
    curve(101, (step) => 50 - step, { label: "falls", role: "midpoint" }),
    curve(101, (step) => 25 - step / 2, { label: "falls", role: "midpoint" }),
  ],
  { levels: [{ label: "critical", value: 20 }] },
);

function knownPage(): string {
  return write("known.html", reportPage(report(known), { assets }));
}

describe.skipIf(!hasBrowser)("a report in a browser (skipped without /usr/bin/chromium)", () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  it("shows every figure of a pipeline, in light and in dark, and on paper", async () => {
    write(
      "toy.cflow",
      `landscape minimal(x, y) = (y + x) * x ^ 2 / 2 - 0.01 * (x + y)
sweep lr in [0.2, 0.3]
flow toy {
  landscape = minimal  optimizer = gd(lr)  weights = at([0.01, 6.4])
  steps = 60
  discrete  central  stable
}
expect "it descends" { final(toy.central.train_loss) < 3 }
`,
    );
    expect((await cflow("run", "toy.cflow", "--json")).exitCode).toBe(0);
    expect((await cflow("report", "toy.cflow")).stdout).toMatch(/^wrote toy.html, /);
    for (const scheme of ["light", "dark"] as const) {
      const page = await open(`${path}/toy.html`, scheme);
      // From the last on, since they are told apart by their places among those that are closed.
      for (const summary of (await page.locator("details:not([open]) > summary").all()).reverse()) {
        await summary.evaluate((element) => (element as unknown as { click(): void }).click());
      }
      const ids = await page.$$eval("figure[id]", (all) => all.map(({ id }) => id));
      expect(ids.length).toBeGreaterThanOrEqual(3);
      for (const id of ids) {
        await page.locator(`[id="${id}"] canvas`).waitFor();
        const paper = scheme === "light" ? "255 255 255" : "21 23 26";
        const counts = await colours(page, id);
        expect(counts.get(paper), id).toBeGreaterThan(10_000);
        expect(counts.size, id).toBeGreaterThan(10);
      }
      const pdf = await page.pdf();
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      await page.close();
    }
  });

  it("tells values at the cursor, of a step that curves have", async () => {
    const page = await open(knownPage());
    const over = page.locator(".u-over");
    const { width } = (await over.boundingBox())!;
    await over.hover({ position: { x: (width * 50.2) / 100, y: 60 } });
    const legend = page.locator(".legend");
    expect(await legend.locator("output").textContent()).toBe("step 50");
    expect(await legend.locator("tr").allTextContents()).toEqual(["grows1", "falls0  0"]);
    expect(await page.locator(".marks i").count()).toBe(3);
    await page.locator(".plot").focus();
    await page.keyboard.press("ArrowRight");
    expect(await legend.locator("tr").allTextContents()).toEqual([
      "grows1.0965",
      "falls−1  −0.50000",
    ]);
    await page.mouse.move(0, 0);
    expect(await legend.locator("tr").allTextContents()).toEqual(["grows", "falls"]);
    await page.close();
  });

  it("hides and shows the curves of a label, by mouse and by keyboard", async () => {
    const page = await open(knownPage());
    const id = "flow-0-known";
    const [falls, grows] = [
      page.getByRole("button", { name: "falls" }),
      page.getByRole("button", { name: "grows" }),
    ];
    const before = await colours(page, id);
    expect(before.get(green)).toBeGreaterThan(500);
    expect(before.get(blue)).toBeGreaterThan(200);
    await falls.click();
    expect(await falls.getAttribute("aria-pressed")).toBe("false");
    const without = await colours(page, id);
    expect(without.get(green)).toBeUndefined();
    expect(without.get(blue)).toBeGreaterThan(200);
    await falls.press("Enter");
    await grows.press(" ");
    const other = await colours(page, id);
    expect(other.get(green)).toBeGreaterThan(500);
    expect(other.get(blue)).toBeUndefined();
    await page.close();
  });

  it("has a logarithmic scale, without what is not positive, and zooms", async () => {
    const page = await open(knownPage());
    const id = "flow-0-known";
    const linear = await colours(page, id);
    await page.getByRole("button", { name: "log" }).click();
    expect(await page.locator(".scale").getAttribute("aria-pressed")).toBe("true");
    const log = await colours(page, id);
    // 10^(x/25 - 2) is a straight line now; the other two end where they reach 0, halfway.
    expect(log.get(blue)).toBeGreaterThan(200);
    expect(log.get(green)!).toBeLessThan(0.9 * linear.get(green)!);
    await page.getByRole("button", { name: "log" }).click();
    expect(await colours(page, id)).toEqual(linear);

    const box = (await page.locator(".u-over").boundingBox())!;
    const reset = page.locator(".reset");
    expect(await reset.isVisible()).toBe(false);
    await page.mouse.move(box.x + box.width / 4, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 104, { steps: 4 });
    await page.mouse.up();
    expect(await reset.isVisible()).toBe(true);
    await page.locator(".u-over").hover({ position: { x: 1, y: 50 } });
    const step = await page.locator(".legend output").textContent();
    expect(Number(step!.replace("step ", ""))).toBeGreaterThanOrEqual(24);
    expect(Number(step!.replace("step ", ""))).toBeLessThanOrEqual(26);
    await page.locator(".u-over").dblclick();
    expect(await reset.isVisible()).toBe(false);
    await page.mouse.move(0, 0);
    expect(await colours(page, id)).toEqual(linear);
    await page.close();
  });

  it("shows members of families by their buttons", async () => {
    const members = [0, 1, 2].map((i) => ({
      name: `eos[lr=${i}]`,
      declared: "eos",
      about: "",
      figures: [figure("known", [curve(50, (step) => i + step / 50)])],
    }));
    const variants = members.map(({ name }, i) => ({ flow: name, label: `lr = ${i}` }));
    const varied = [{ name: "eos", variants }];
    const made = { title: "sweep", subjects: [subject({ flows: members, varied })] };
    const page = await open(write("sweep.html", reportPage(made, { assets })));
    const before = await colours(page, "flow-0-known");
    expect(before.get(blue)).toBeGreaterThan(200);
    await page.getByRole("button", { name: "lr = 1" }).click();
    expect((await colours(page, "flow-0-known")).get(blue)).toBeUndefined();
    const cells = page.locator("#flow-0 .legend tbody td");
    await page.locator("#flow-0 .u-over").hover({ position: { x: 0, y: 50 } });
    expect(await cells.allTextContents()).toEqual(["0", "1", "2"]);
    await page.close();
  });

  it("has a row for each of many members, in its legend and in the table of final values", async () => {
    const names = Array.from({ length: 9 }, (_, i) => `lr = ${i}`);
    const flows = names.map((name, i) => ({
      name: `eos[${name}]`,
      declared: "eos",
      about: "",
      figures: [figure("known", [curve(50, (step) => i + step / 50)])],
    }));
    const variants = names.map((label, i) => ({ flow: flows[i]!.name, label }));
    const varied = [{ name: "eos", variants }];
    const made = { title: "sweep", subjects: [subject({ flows, varied })] };
    const page = await open(write("long-family.html", reportPage(made, { assets })));
    await page.locator("#flow-0 .u-over").hover({ position: { x: 0, y: 50 } });
    const rows = await page.locator("#flow-0 .legend tbody tr").allTextContents();
    expect(rows).toEqual(names.map((name, i) => `${name}${i}`));
    expect(await page.locator("#flow-0 .legend thead").textContent()).toBe("step 0central flow");
    const finals = await page.locator("#flow-0 .finals tbody tr").allTextContents();
    expect(finals).toEqual(names.map((name, i) => `${name}${i + 0.98}`));
    await page.getByRole("button", { name: "lr = 8" }).click();
    await page.getByRole("button", { name: "central flow" }).first().click();
    expect((await colours(page, "flow-0-known")).get(blue)).toBeUndefined();
    await page.close();
  });

  it("draws ten thousand points a series without lag", async () => {
    const curves = Array.from({ length: 8 }, (_, i) =>
      curve(10_000, (step) => i + Math.sin(step * (1 + i)), { label: `curve ${i}` }),
    );
    const page = await open(
      write("long.html", reportPage(report(figure("long", curves)), { assets })),
    );
    const button = page.getByRole("button", { name: "curve 3" });
    // Drawing is done when the task of the click is, microtasks and all.
    const seconds = await button.evaluate(async (element) => {
      const clock = globalThis as unknown as { performance: { now(): number } };
      const times: number[] = [];
      for (let i = 0; i < 6; i++) {
        const start = clock.performance.now();
        (element as unknown as { click(): void }).click();
        await new Promise((done) => setTimeout(done));
        times.push((clock.performance.now() - start) / 1000);
      }
      return times.sort()[2]!;
    });
    expect(seconds).toBeLessThan(0.25);
    await page.close();
  });

  it("is readable without scripts", async () => {
    const draw = () => '<svg viewBox="0 0 9 9"><circle r="4"/></svg>';
    const file = write("plain.html", reportPage(report(known), { assets, draw }));
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator(".drawing circle").isVisible()).toBe(true);
    expect(await page.locator(".tools").isVisible()).toBe(false);
    await page.close();
    const scripted = await open(file);
    expect(await scripted.locator(".drawing").isVisible()).toBe(false);
    await scripted.emulateMedia({ media: "print" });
    expect(await scripted.locator(".drawing").isVisible()).toBe(true);
    await scripted.close();
  });

  it("asked for nothing but the pages themselves, and nothing failed", () => {
    expect(requests.length).toBeGreaterThanOrEqual(7);
    expect(requests.filter((each) => !/^(file:.*\.html$|data:)/.test(each))).toEqual([]);
    expect(errors).toEqual([]);
  });
});
