/** Sides from texts and from records, and how their settings and verdicts differ. */
import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { compareResults } from "../../src/diff/results.js";
import { compareSettings, type SettingsDifference } from "../../src/diff/settings.js";
import { type Side, sideOfFile, sideOfRun } from "../../src/diff/side.js";
import { describeReason, lineOf } from "../../src/plan/reasons.js";
import { type Cache, stagesFolder } from "../../src/runtime/layout.js";
import { temporaryCache } from "../runtime/harness.js";
import { type Call, readingOf, recordRun } from "../support/records.js";

const text = `param lr = 0.3
landscape bowl(x) = x ^ 2 / 2
flow toy {
  landscape = bowl  optimizer = gd(lr)  weights = at([1])
  steps = 20
  discrete
  central { substeps = 2 }
}
expect "small" { final(toy.central.train_loss) < 1 }
`;
const at = "2026-06-01T10:00:00.000Z";

function edited(from: string, to: string, of = text): string {
  const result = of.replace(from, to);
  if (result === of) throw new Error(`the text has no ${from}`);
  return result;
}

const fileSide = (call: Call, cache = temporaryCache()): Side => sideOfFile(readingOf(call), cache);

/** Relation and differences of every pair that is not the same, with the lines of both sides. */
function told({ pairs }: SettingsDifference): Record<string, readonly string[]> {
  return Object.fromEntries(
    pairs
      .filter(({ relation }) => relation !== "same")
      .map(({ a, relation, differences }) => [
        a.name,
        [
          relation,
          ...differences.map((each) => {
            const places = [each.placeA, each.placeB].map((place) => (place ? lineOf(place) : "–"));
            const lines = each.form === "setting" ? ` [${places.join(", ")}]` : "";
            return `${describeReason(each)}${lines}`;
          }),
        ],
      ]),
  );
}

it("of a text and itself nothing differs", () => {
  const found = compareSettings(fileSide({ text }), fileSide({ text: `\n${text}` }));
  expect(found).toMatchObject({ params: [], renamed: [], onlyA: [], onlyB: [] });
  expect(told(found)).toEqual({});
  expect(found.pairs).toHaveLength(4);
});

it("params and settings are told with the lines of both sides", () => {
  const other = {
    text: `\n${edited("substeps = 2", "substeps = 4")}`,
    file: "b.cflow",
    set: ["lr=0.1"],
  };
  const found = compareSettings(fileSide({ text }), fileSide(other));
  expect(found.params).toMatchObject([{ path: "lr", before: 0.3, after: 0.1 }]);
  expect([found.params[0]!.placeA, found.params[0]!.placeB].map((place) => lineOf(place!))).toEqual(
    ["eos.cflow:1", "<--set #1>:1"],
  );
  const lr = "optimizer.lr 0.3 → 0.1 [eos.cflow:4, b.cflow:5]";
  expect(told(found)).toEqual({
    "toy.discrete": ["different", lr],
    "toy.central": ["different", "central.substeps 2 → 4 [eos.cflow:7, b.cflow:8]", lr],
    'expect "small"': ["different", "'toy.central' changed"],
  });
});

it("steps are paired by name, then by content", () => {
  const longer = edited("steps = 20", "steps = 30");
  const other = edited("  central { substeps = 2 }", "  midpoint", longer)
    .replace(/expect.*/, "")
    .replaceAll("toy.", "run.")
    .concat(
      "flow again { landscape = bowl  optimizer = gd(0.3)  weights = at([1])  steps = 20  central }",
    );
  const found = compareSettings(fileSide({ text }), fileSide({ text: other }));
  expect(told(found)).toEqual({ "toy.discrete": ["length"] });
  expect(found.renamed.map(({ a, b }) => [a.name, b.name])).toEqual([
    ["toy.central", "again.central"],
  ]);
  expect(found.onlyA.map(({ name }) => name)).toEqual(['expect "small"']);
  expect(found.onlyB.map(({ name }) => name)).toEqual(["toy.midpoint", "again.init"]);
});

it("an engine and an input of another name are told of", () => {
  const warm = edited("steps = 20", "steps = 20  warmup = 2");
  const found = compareSettings(fileSide({ text, engine: "wasm" }), fileSide({ text: warm }));
  expect(told(found)["toy.discrete"]).toEqual([
    "different",
    "engine wasm float32 → onnx float32",
    "'toy.warmup' changed",
  ]);
});

/** A run's side with the text that it kept, and without. */
function runSides(cache: Cache, call: Call, options = {}): readonly [Side, Side] {
  const run = recordRun(cache, call, { at, ...options });
  return [sideOfRun(run, readingOf(call), cache), sideOfRun(run, undefined, cache)];
}

it("a run is known by its stages, and where these are gone by its text", () => {
  const cache = temporaryCache();
  const file = () => fileSide({ text: edited("substeps = 2", "substeps = 4") }, cache);
  const known = runSides(cache, { text });
  const lines = ["eos.cflow:7, eos.cflow:7", "–, eos.cflow:7"];
  for (const [i, side] of known.entries()) {
    expect(told(compareSettings(side, file()))["toy.central"]).toEqual([
      "different",
      `central.substeps 2 → 4 [${lines[i]}]`,
    ]);
  }
  rmSync(stagesFolder(cache), { recursive: true });
  const [read, unread] = [true, false].map((kept) => {
    const run = recordRun(cache, { text }, { at, made: {} });
    return sideOfRun(run, kept ? readingOf({ text }) : undefined, cache);
  });
  expect(told(compareSettings(read!, file()))["toy.central"]).toEqual([
    "different",
    `central.substeps 2 → 4 [${lines[0]}]`,
  ]);
  expect(told(compareSettings(unread!, file()))["toy.central"]).toEqual(["unknown"]);
});

it("claims whose verdict changed are told of, with what was measured", async () => {
  const cache = temporaryCache();
  const claim = 'expect "small"';
  const [holds, fails] = [
    { holds: true, value: 0.5, bound: 1 },
    { holds: false, value: 0.5, bound: 0.1 },
  ];
  const stricter = edited("< 1", "< 0.1");
  const [a] = runSides(cache, { text }, { made: { [claim]: holds } });
  const [b] = runSides(cache, { text: stricter }, { made: { [claim]: fails } });
  const settings = compareSettings(a, b);
  const results = await compareResults(settings, cache);
  expect(results).toMatchObject({ steps: [], missing: [], agreeing: 0 });
  expect(results.claims.map(({ a, b }) => [a.verdict, b.verdict])).toEqual([[holds, fails]]);
  expect(told(settings)[claim]).toEqual([
    "different",
    "expression.right.value 1 → 0.1 [eos.cflow:9, eos.cflow:9]",
  ]);
  const kept = await compareResults(compareSettings(a, fileSide({ text }, cache)), cache);
  expect([kept.claims, kept.agreeing]).toEqual([[], 1]);
});

it("results that one side lacks are missed", async () => {
  const cache = temporaryCache();
  const settings = compareSettings(
    fileSide({ text }, cache),
    fileSide({ text: edited("substeps = 2", "substeps = 4") }, cache),
  );
  const { missing, steps } = await compareResults(settings, cache);
  expect(missing).toEqual([
    { name: "toy.central", side: "A" },
    { name: "toy.central", side: "B" },
  ]);
  expect(steps).toEqual([]);
});
