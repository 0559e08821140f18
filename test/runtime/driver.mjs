/** A run to be killed: prints its worker's process id once a trajectory is under way. */
import { runPlan } from "../../dist/runtime/run.js";
import { fingerprint } from "../../dist/plan/fingerprint.js";

const step = (name, kind, parameters, more = {}) => ({
  name,
  kind,
  version: 1,
  parameters,
  local: {},
  inputs: {},
  places: {},
  ...more,
});
const identified = (step, inputs = {}) => ({ ...step, fingerprint: fingerprint({ ...step, inputs }) });

const start = identified(step("start", "value", { value: 0.4 }));
const walk = identified(
  step("walk", "walk", { rate: 1.3 }, {
    inputs: { start: "start" },
    length: 400,
    local: { delay: 20 },
  }),
  { start: { fingerprint: start.fingerprint } },
);

const { readFileSync } = await import("node:fs");
const { join } = await import("node:path");
const [, , root] = process.argv;
let printed = false;
await runPlan(
  { steps: [start, walk] },
  {
    cache: { root },
    engine: "toy",
    registry: new URL("./toy.mjs", import.meta.url).href,
    onEvent: (event) => {
      if (printed || event.type !== "progress" || event.progress.done < 5) return;
      printed = true;
      const lock = JSON.parse(readFileSync(join(root, "locks", `${walk.fingerprint}.json`), "utf8"));
      console.log(lock.owners[1].pid);
    },
  },
);
