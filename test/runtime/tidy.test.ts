/** What killed runs leave is gone after the next, and nothing else is. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { lockFile, partialFolder, runsFolder } from "../../src/runtime/layout.js";
import { tidy } from "../../src/runtime/tidy.js";
import { filesBelow, graphOf, run, stepOf, temporaryCache, walkGraph } from "./harness.js";

/** No process has the highest id. */
const dead = { pid: 2 ** 22, host: hostname() };
const far = { pid: 1, host: `not-${hostname()}` };

function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const lockOf = (owner: object) => JSON.stringify({ token: "t", owners: [owner], since: "" });
const below = (root: string) => filesBelow(root).filter((name) => /^(locks|partial)\//.test(name));

it("is locks of the dead, folders of what is there, and what was being removed", async () => {
  const cache = temporaryCache();
  const graph = walkGraph(20);
  await run(graph, cache);
  put(lockFile(cache, "a"), lockOf(dead));
  put(`${lockFile(cache, "b")}.next`, "{");
  put(`${lockFile(cache, "c")}.takeover`, lockOf(dead));
  utimesSync(put(lockFile(cache, "d"), '{"token'), 0, 0);
  put(join(partialFolder(cache, stepOf(graph, "start").fingerprint), "stage", "out.arrow"), "x");
  put(join(partialFolder(cache, stepOf(graph, "walk").fingerprint), "checkpoint-20.json"), "x");
  put(join(partialFolder(cache, "dropped-1"), "20", "series.arrow"), "x");
  put(join(runsFolder(cache), "1.json.next"), "{");
  tidy(cache);
  expect(below(cache.root)).toEqual([]);
  expect(filesBelow(runsFolder(cache))).toHaveLength(1);
  expect((await run(graph, cache)).started).toEqual([]);
});

it("is not what a run could go on from, nor what somebody is at", async () => {
  const cache = temporaryCache();
  const graph = walkGraph(20);
  await run(graph, cache);
  const { fingerprint } = stepOf(graph, "walk");
  const value = graphOf({ name: "a", kind: "value", parameters: { value: 7 } });
  await run(value, cache);
  const made = value.steps[0]!.fingerprint;
  // Further than the stage; and of a step that somebody is at.
  put(join(partialFolder(cache, fingerprint), "checkpoint-30.json"), "x");
  put(join(partialFolder(cache, "e".repeat(64)), "series.arrows"), "x");
  put(lockFile(cache, made), lockOf(far));
  put(join(partialFolder(cache, made), "stage", "out.arrow"), "x");
  put(lockFile(cache, "2"), lockOf(far));
  put(join(runsFolder(cache), "2.json.next"), "{");
  const before = filesBelow(cache.root);
  tidy(cache);
  expect(filesBelow(cache.root)).toEqual(before);
});

it("minds no cache that isn't there", () => {
  const cache = temporaryCache();
  tidy(cache);
  expect(filesBelow(cache.root)).toEqual([]);
});
