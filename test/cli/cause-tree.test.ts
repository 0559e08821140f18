/** Causes as a tree: inputs that changed alike together, and every cause once. */
import { describe, expect, it } from "vitest";
import { causeTree } from "../../src/cli/cause-tree.js";
import type { Reason } from "../../src/plan/reasons.js";
import type { Cause } from "../../src/plan/story.js";

const cause = (reason: Reason, causes: readonly Cause[] = [], replaces = false): Cause => ({
  ...{ reason, causes, replaces, params: [] },
});
const setting = (path: string) => cause({ form: "setting", path, before: 1, after: 2 });
const stage = (name: string) => ({ name, fingerprint: "00" });
const input = (name: string, causes: readonly Cause[] = [], before = name, replaces = false) =>
  cause({ form: "input", role: name, before: stage(before), after: stage(name) }, causes, replaces);
const [lr, substeps] = [setting("lr"), setting("substeps")];

describe("the tree", () => {
  it.each<[string, readonly Cause[], readonly string[]]>([
    ["settings of the step itself", [lr, substeps], ["lr 1 → 2", "substeps 1 → 2"]],
    ["what an input comes from", [input("a", [lr])], ["'a' changed", "└─ lr 1 → 2"]],
    [
      "inputs that changed alike",
      [input("a", [lr]), input("b", [lr]), input("c", [lr])],
      ["'a', 'b' and 'c' changed", "└─ lr 1 → 2"],
    ],
    [
      "a cause again, beside another",
      [input("a", [lr]), input("b", [substeps, lr])],
      ["'a' changed", "└─ lr 1 → 2", "'b' changed", "├─ substeps 1 → 2", "└─ lr, as above"],
    ],
    [
      "causes again, and no other",
      [lr, input("a", [input("b", [lr])])],
      ["lr 1 → 2", "'a' changed, as above"],
    ],
    [
      "several levels",
      [input("a", [input("b", [lr, substeps]), input("c", [setting("seed")])])],
      [
        "'a' changed",
        "├─ 'b' changed",
        "│  ├─ lr 1 → 2",
        "│  └─ substeps 1 → 2",
        "└─ 'c' changed",
        "   └─ seed 1 → 2",
      ],
    ],
  ])("%s", (_, causes, lines) => {
    expect(causeTree(causes)).toEqual(lines);
  });
});

describe("in words", () => {
  const engine = { name: "onnx", precision: "float32" };
  it.each<[Reason | Cause, string]>([
    [{ form: "never run" }, "it was never run, nor anything of its kind"],
    [{ form: "gone" }, "its stage is gone from the cache"],
    [{ form: "unfinished", status: "failed" }, "it did not come to an end: failed"],
    [{ form: "damaged", what: "x is missing" }, "damaged: x is missing"],
    [{ form: "longer", from: 8, to: 12 }, "it has 8 of 12 rows"],
    [{ form: "interrupted", from: 8, to: 12 }, "interrupted after 8 of 12 rows"],
    [
      { form: "version", before: 3, after: 4 },
      "cflow computes it in another way now: version 4 of the step, after 3",
    ],
    [
      { form: "engine", before: engine, after: { ...engine, name: "wasm" } },
      "the engine is wasm float32, and was onnx float32",
    ],
    [{ form: "input rows", name: "a", before: 8, after: 12 }, "it reads 12 rows of 'a', after 8"],
    [{ form: "input", role: "r", before: undefined, after: stage("a") }, "it reads 'a' too"],
    [{ form: "input", role: "r", before: stage("a"), after: undefined }, "it reads 'a' no more"],
    [input("b", [], "a", true), "it reads 'b' in place of 'a'"],
    [input("a"), "'a' changed, and what it was then is not known any more"],
  ])("%j", (reason, line) => {
    expect(causeTree(["form" in reason ? cause(reason) : reason])).toEqual([line]);
  });
});
