/** Every call of cflow that a page shows is one that the program takes. */
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { callsOf, pages, root } from "./pages.js";

// Commands are parsed as they are, and not run.
for (const name of readdirSync(`${root}src/cli/commands`)) {
  vi.doMock(`../../src/cli/commands/${name.replace(/\.ts$/, ".js")}`);
}

const { argv } = process;
afterEach(() => {
  process.argv = argv;
  process.exitCode = undefined;
  vi.restoreAllMocks();
  vi.resetModules();
  process.stdout.removeAllListeners("error");
  process.stderr.removeAllListeners("error");
});

async function complaintsOf(words: readonly string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  process.argv = ["node", "cflow", ...words];
  await import("../../src/cli/main.js");
  return written.join("");
}

const calls = pages.flatMap((page) => callsOf(page).map((call) => ({ page, ...call })));

describe("calls on the pages", () => {
  test.each(calls)("$page: $line", async ({ words }) => {
    expect(await complaintsOf(words)).toBe("");
  });

  test("a command or an option that there isn't would be complained about", async () => {
    expect(await complaintsOf(["run", "a.cflow", "--sets", "lr=1"])).toContain("--sets");
    vi.resetModules();
    expect(await complaintsOf(["ran", "a.cflow"])).toContain("ran");
  });
});
