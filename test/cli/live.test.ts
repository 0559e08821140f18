/** `--open`: a page on which values arrive while steps run. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check } from "../../src/dsl/index.js";
import { compile } from "../../src/plan/compile.js";
import { flowResults } from "../../src/report/flow-results.js";
import { keptResults } from "../../src/report/kept-results.js";
import { resultsSoFar } from "../../src/report/live/results.js";
import type { LiveMessage } from "../../src/report/page/client/payload.js";
import { unpack } from "../../src/report/page/client/unpack.js";
import { findStage } from "../../src/runtime/cache.js";
import { partialFolder, seriesFile } from "../../src/runtime/layout.js";
import { stepKinds } from "../../src/steps/index.js";
import { hasBrowser, openBrowser } from "../support/browser.js";
import { type Launched, type Line, workspace } from "../support/workspace.js";

const { write, cflow, start, path } = workspace();

const flow = (steps: number) => `landscape bowl(x) = x ^ 2 / 2
flow toy { landscape = bowl  optimizer = gd(0.1)  weights = at([1])  steps = ${steps}  discrete }
expect "it descends" { final(toy.discrete.train_loss) < 0.6 }
`;

/** The address that a started program tells of. */
async function addressOf(running: Launched): Promise<string> {
  let text = "";
  running.stdout.on("data", (chunk) => {
    text += chunk;
  });
  for (;;) {
    const lines = text.split("\n").slice(0, -1);
    const told = lines.map((line): Line => JSON.parse(line)).find(({ event }) => event === "page");
    if (told) return told.url as string;
    await sleep(20);
  }
}

/** Listens to a page's events: gives their messages, as they come, until they end. */
async function listen(address: string): Promise<AsyncGenerator<LiveMessage>> {
  return messages(await fetch(`${address}events`));
}

async function* messages({ body }: Response): AsyncGenerator<LiveMessage> {
  let text = "";
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop()!;
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

/**
 * All messages until the run ends, of a page that loads again when it is told to, as where a figure
 * comes in; what a page has from the beginning is its first message.
 */
async function* followed(address: string): AsyncGenerator<LiveMessage> {
  for (;;) {
    const page = await (await fetch(address)).text();
    expect(page).toContain('data-live="/events"');
    const [, payload] = /id="payload">(.*)<\/script>/.exec(page)!;
    yield { type: "figures", payload: JSON.parse(payload!) };
    for await (const message of await listen(address)) {
      yield message;
      if (message.type === "end") return;
    }
  }
}

/** How far the first curve goes, where there is one, in rows. */
function rowsOf(message: LiveMessage): number[] {
  if (message.type !== "figures" || message.payload.figures.length === 0) return [];
  const { figures, series } = message.payload;
  const x = unpack(series[figures[0]!.curves[0]!.x]!);
  // Of a long one only what can be seen is sent while it grows.
  expect(x.length).toBeLessThan(10_000);
  return [x.at(-1)! + 1];
}

it("sends values of a trajectory that goes on, until Ctrl-C", async () => {
  const steps = 500_000;
  write("long.cflow", flow(steps));
  const running = start("run", "long.cflow", "--open", "--json", "--checkpoint", "0.2");
  const address = await addressOf(running);
  const types = new Set<string>();
  const rows: number[] = [];
  for await (const message of followed(address)) {
    types.add(message.type);
    rows.push(...rowsOf(message));
    if (types.has("status") && rows.at(-1)! > rows[0]!) break;
  }
  running.kill("SIGINT");
  expect(rows[0]).toBeGreaterThan(0);
  expect(rows.at(-1)).toBeLessThan(steps);
  expect((await running).exitCode).toBe(130);
  await expect(fetch(address)).rejects.toThrow();
});

it("sends all values of a run that ends well", async () => {
  const wait =
    "while (!require('fs').existsSync('seen')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)";
  write(
    "short.cflow",
    `${flow(3000)}command gate { run = ["node", "-e", "${wait}; require('fs').writeFileSync(process.argv[1] + '/a', '')", "{out}"]  outputs = ["a"] }\n`,
  );
  const running = start("run", "short.cflow", "--open", "--json");
  const rows: number[] = [];
  let last: string | undefined;
  // The run goes on until its values are seen.
  for await (const message of followed(await addressOf(running))) {
    rows.push(...rowsOf(message));
    if (rows.at(-1) === 3000) write("seen", "");
    last = message.type;
  }
  expect(last).toBe("end");
  expect(rows.at(-1)).toBe(3000);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect((await running).exitCode).toBe(0);
});

it("stops with Ctrl-C, after a watched file was saved", async () => {
  write("watched.cflow", flow(20));
  const running = start("watch", "watched.cflow", "--open", "--json");
  const address = await addressOf(running);
  const events = await listen(address);
  write("watched.cflow", flow(30));
  for await (const { type } of events) if (type === "reload") break;
  expect(await (await fetch(address)).text()).toContain("steps = 30");
  running.kill("SIGINT");
  expect((await running).exitCode).toBeOneOf([0, 130]);
  await expect(fetch(address)).rejects.toThrow();
});

it("reads as much of a growing series as is whole, wherever it is cut", async () => {
  write("cut.cflow", flow(50));
  // In a cache of its own, where no longer run has made more of it.
  await cflow("run", "cut.cflow", "--cache", "short");
  const cache = { root: join(path, "short") };
  const source = { name: "cut.cflow", text: flow(50) };
  const { program } = check(source, vocabulary, { overrides: [], directory: path });
  const graph = compile(program!, { vocabulary, kinds: stepKinds, engine: "onnx" });
  const step = graph.steps.find(({ name }) => name === "toy.discrete")!;
  const { stage } = findStage(cache, step.fingerprint, 50);
  const [whole] = await flowResults(program!, keptResults(graph, cache));

  // An Arrow file is a stream between its first eight bytes and its footer.
  const bytes = readFileSync(join(stage!.folder, seriesFile)).subarray(8);
  const other = { root: join(path, "growing") };
  const stream = join(partialFolder(other, step.fingerprint), "series.arrows");
  mkdirSync(dirname(stream), { recursive: true });
  expect((await flowResults(program!, resultsSoFar(graph, other)))[0]!.processes.size).toBe(0);
  const counts = new Set<number>();
  for (let size = 0; size < bytes.length; size += 97) {
    writeFileSync(stream, bytes.subarray(0, size));
    const [flow] = await flowResults(program!, resultsSoFar(graph, other));
    const table = flow!.processes.get("discrete");
    counts.add(table?.rows ?? -1);
    if (!table) continue;
    const loss = table.scalar("train_loss");
    expect(loss).toEqual(
      whole!.processes.get("discrete")!.scalar("train_loss").slice(0, loss.length),
    );
  }
  expect(counts).toEqual(new Set([-1, 50]));
});

it.skipIf(!hasBrowser)("shows them in a browser (skipped without /usr/bin/chromium)", async () => {
  write("seen.cflow", flow(40_000));
  const running = start("run", "seen.cflow", "--open", "--json", "--checkpoint", "0.2");
  const address = await addressOf(running);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(address);
    await page.getByText("the run has ended").waitFor({ timeout: 50_000 });
    const shown = await page.locator("#claims .verdict").textContent();
    expect(shown).toBe("✓ holds");
    expect(await page.locator("figure canvas").count()).toBeGreaterThan(0);
    expect((await running).exitCode).toBe(0);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
