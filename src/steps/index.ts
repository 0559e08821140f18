/** What each kind of step is called and does; implementations load in the worker that runs them. */
import { compare, compareVersion } from "../dynamics/blocks/compare.js";
import { processKinds } from "../dynamics/index.js";
import type { StepKind } from "../runtime/step.js";

export const stepKinds: readonly StepKind[] = [
  {
    kind: "dataset",
    version: 1,
    trajectory: false,
    load: async () => (await import("./dataset.js")).run,
  },
  {
    kind: "init",
    version: 3,
    trajectory: false,
    load: async () => (await import("./init.js")).run,
  },
  {
    kind: "warmup",
    version: 1,
    trajectory: false,
    load: async () => (await import("./warmup.js")).run,
  },
  ...processKinds.map(
    ({ name, version, priority }): StepKind => ({
      kind: name,
      version,
      priority,
      trajectory: true,
      load: async () => (await import("./trajectory.js")).run,
    }),
  ),
  {
    kind: compare.name,
    version: compareVersion,
    trajectory: true,
    load: async () => (await import("./compare.js")).run,
  },
  {
    kind: "command",
    version: 1,
    trajectory: false,
    load: async () => (await import("./command.js")).run,
  },
  {
    kind: "expect",
    version: 1,
    trajectory: false,
    load: async () => (await import("./expect.js")).run,
  },
];
