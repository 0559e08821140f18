/** Glorot and Bengio (2010): a standard deviation of gain·√(2/(in + out)). */
import { z } from "zod";
import type { Settings } from "../../dsl/vocabulary.js";
import type { DistributionKind, Fans } from "./distribution.js";

const settings = z.strictObject({
  gain: z.number().positive().default(1).describe("Factor of the standard deviation."),
});

function stdOf(given: Settings, fans: Fans): number {
  return settings.parse(given).gain * Math.sqrt(2 / (fans.in + fans.out));
}

export const xavierUniform: DistributionKind = {
  name: "xavier_uniform",
  doc: "Uniform with standard deviation gain·√(2/(in + out)).",
  settings,
  positional: ["gain"],
  of: (given, fans) => ({ form: "uniform", bound: Math.sqrt(3) * stdOf(given, fans) }),
};

export const xavierNormal: DistributionKind = {
  name: "xavier_normal",
  doc: "Normal with standard deviation gain·√(2/(in + out)).",
  settings,
  positional: ["gain"],
  of: (given, fans) => ({ form: "normal", std: stdOf(given, fans) }),
};
