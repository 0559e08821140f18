import { z } from "zod";
import type { DistributionKind } from "./distribution.js";

const settings = z.strictObject({
  bound: z.number().positive().describe("Weights are drawn from [−bound, bound)."),
});

export const uniform: DistributionKind = {
  name: "uniform",
  doc: "Uniform about zero.",
  settings,
  positional: ["bound"],
  of: (given) => ({ form: "uniform", bound: settings.parse(given).bound }),
};
