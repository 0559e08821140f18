/** docs/architecture.md says which room may use which; here is whether they keep to it. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { root, textOf } from "./pages.js";

const source = join(root, "src");
const rooms = readdirSync(source).sort();

const table = new Map(
  [
    ...textOf("docs/architecture.md").matchAll(/^\| `(\w+)` \| ((?:`\w+` ?)*|all of them) ?\|/gm),
  ].map(([, room, uses]) => [
    room!,
    uses === "all of them" ? rooms : [...uses!.matchAll(/\w+/g)].map(([word]) => word),
  ]),
);

function usesOf(room: string): Set<string> {
  const files = readdirSync(join(source, room), { recursive: true, encoding: "utf8" });
  const targets = files
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(join(source, room, name), "utf8");
      return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path]) =>
        normalize(join(room, dirname(name), path!)),
      );
    });
  return new Set(targets.map((path) => path.split(sep)[0]!).filter((other) => other !== room));
}

test("the table has every room", () => {
  expect([...table.keys()].sort()).toEqual(rooms);
});

describe("rooms use no others than the table says", () => {
  test.each(rooms)("%s", (room) => {
    const strangers = [...usesOf(room)].filter((other) => !table.get(room)?.includes(other));
    expect(strangers).toEqual([]);
  });
});

test("no two rooms use each other but plan and runtime, and none is in a longer circle", () => {
  const uses = new Map(rooms.map((room) => [room, usesOf(room)]));
  uses.get("runtime")!.delete("plan");
  const open = new Set(rooms);
  for (let before = -1; before !== open.size; ) {
    before = open.size;
    for (const room of open) {
      if (![...uses.get(room)!].some((other) => open.has(other))) open.delete(room);
    }
  }
  expect([...open]).toEqual([]);
});
