/** What `plan` says is stale is what a run executes, whatever was edited, and a second run does nothing. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { plan } from "../../src/plan/staleness.js";
import { type Cache, stageFolder } from "../../src/runtime/layout.js";
import { graphOf, run, stageBytes, type ToyStep, temporaryFolder } from "../runtime/harness.js";

/** A step by numbers, of which small ones make many steps equal to others. */
interface Draw {
  readonly kind: number;
  readonly parameter: number;
  readonly inputs: readonly number[];
  readonly length: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.nat(2),
  parameter: fc.nat(2),
  inputs: fc.array(fc.nat(4), { maxLength: 2 }),
  length: fc.integer({ min: 1, max: 12 }),
});

/** The step may read those before it. */
function stepsOf(draws: readonly Draw[]): ToyStep[] {
  const steps: ToyStep[] = [{ name: "s0", kind: "value", parameters: { value: 1 } }];
  draws.forEach(({ kind, parameter, inputs, length }, i) => {
    const name = `s${i + 1}`;
    const read = inputs.map((input) => steps[input % steps.length]!);
    const plain = read.find((step) => step.kind !== "walk") ?? steps[0]!;
    if (kind === 0) steps.push({ name, kind: "value", parameters: { value: parameter } });
    else if (kind === 1) {
      const roles = read.map((step, j) => [
        `${step.kind === "walk" ? "walk" : "plain"}${j}`,
        step.name,
      ]);
      const parameters = { add: parameter };
      steps.push({ name, kind: "sum", parameters, inputs: Object.fromEntries(roles) });
    } else {
      const parameters = { rate: parameter };
      steps.push({ name, kind: "walk", parameters, inputs: { start: plain.name }, length });
    }
  });
  return steps;
}

/** One of the draws is replaced; a stage may be lost besides. */
const edit = fc.record({ at: fc.nat(5), to: draw, lose: fc.option(fc.nat(5)) });

const root = temporaryFolder();
let count = 0;

async function check(steps: readonly ToyStep[], cache: Cache): Promise<void> {
  const graph = graphOf(...steps);
  const stale = plan(graph, cache)
    .filter(({ status, sameAs }) => (status === "run" || status === "continue") && !sameAs)
    .map(({ step }) => step.name);
  const { started, status } = await run(graph, cache);
  expect([...started].sort()).toEqual(stale.sort());
  for (const each of Object.values(status)) expect(["ran", "cached", "unneeded"]).toContain(each);
  const again = await run(graph, cache);
  expect(again.started).toEqual([]);
}

it("plan and run agree", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(draw, { minLength: 1, maxLength: 6 }),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      async (first, edits) => {
        const cache = { root: join(root, String(count++)) };
        const draws = [...first];
        await check(stepsOf(draws), cache);
        for (const { at, to, lose } of edits) {
          draws[at % draws.length] = to;
          if (lose !== null) {
            const { steps } = graphOf(...stepsOf(draws));
            const { fingerprint } = steps[lose % steps.length]!;
            rmSync(stageFolder(cache, fingerprint), { recursive: true, force: true });
          }
          await check(stepsOf(draws), cache);
        }
        // What was pieced together is what one run from nothing gives.
        const graph = graphOf(...stepsOf(draws));
        const fresh = { root: join(root, String(count++)) };
        const { summary } = await run(graph, fresh);
        const kept = plan(graph, cache).filter(({ status }) => status === "cached");
        const names = new Set(kept.map(({ step }) => step.name));
        for (const { name, kind } of summary.steps) {
          if (kind !== "sum" || !names.has(name)) continue;
          expect(stageBytes(cache, graph, name)).toEqual(stageBytes(fresh, graph, name));
        }
        for (const each of [cache, fresh]) rmSync(each.root, { recursive: true });
      },
    ),
    { numRuns: 25 },
  );
});
