/** He et al., arXiv:1502.01852: a standard deviation of gain/√fan, as PyTorch's `kaiming_*_` have it. */
import { z } from "zod";
import type { Settings } from "../../dsl/vocabulary.js";
import type { DistributionKind, Fans } from "./distribution.js";

const settings = z.strictObject({
  fan: z
    .enum(["in", "out"])
    .default("in")
    .describe("Keeps the size of what goes `in` (forward), or `out` (backward)."),
  gain: z.number().positive().optional().describe("By default √2, which is for relu."),
});

function stdOf(given: Settings, fans: Fans): number {
  const { fan, gain = Math.SQRT2 } = settings.parse(given);
  return gain / Math.sqrt(fans[fan]);
}

export const kaimingUniform: DistributionKind = {
  name: "kaiming_uniform",
  doc: "Uniform with standard deviation gain/√fan.",
  settings,
  positional: [],
  of: (given, fans) => ({ form: "uniform", bound: Math.sqrt(3) * stdOf(given, fans) }),
};

export const kaimingNormal: DistributionKind = {
  name: "kaiming_normal",
  doc: "Normal with standard deviation gain/√fan.",
  settings,
  positional: [],
  of: (given, fans) => ({ form: "normal", std: stdOf(given, fans) }),
};
