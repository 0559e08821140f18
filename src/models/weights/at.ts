/** `at([0.01, 6.4])`: initial weights as numbers, the starting point on a landscape. */
import { z } from "zod";
import type { WeightsKind } from "./weights.js";

const settings = z.strictObject({
  values: z
    .array(z.number())
    .min(1)
    .describe("The weights, in the order of the variables, or of the parameters, row-major."),
});

export const atWeights: WeightsKind = {
  name: "at",
  doc: "Given numbers.",
  settings,
  positional: ["values"],
  seeded: false,
  accepts(given, { kind, size }) {
    const { values } = settings.parse(given);
    const large = values.find((value) => !Number.isFinite(Math.fround(value)));
    if (large !== undefined) {
      return {
        misfit: `${large} is larger than float32 can hold`,
        help: "weights are float32",
        setting: "values",
      };
    }
    if (values.length === size) return undefined;
    return {
      misfit: `${counted(values.length, "number")} cannot be ${counted(size, unit[kind])}`,
      help: `give one for each ${unit[kind]} of the ${kind}`,
      setting: "values",
    };
  },
  identity: (given) => settings.parse(given),
  make: (given) => Float64Array.from(settings.parse(given).values),
};

const unit = { model: "parameter", landscape: "variable" } as const;

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
