import { z } from "zod";
import type { DistributionKind } from "./distribution.js";

const settings = z.strictObject({
  std: z.number().positive().describe("Standard deviation."),
});

export const normal: DistributionKind = {
  name: "normal",
  doc: "Normal with mean zero.",
  settings,
  positional: ["std"],
  of: (given) => ({ form: "normal", std: settings.parse(given).std }),
};
