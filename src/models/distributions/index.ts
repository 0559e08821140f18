/** The distributions that the language has, and how values of settings become initial weights. */
import type { DistributionValue } from "../../dsl/call-value.js";
import type { Distribution } from "../layers/layer.js";
import type { DistributionKind, Fans } from "./distribution.js";
import { kaimingNormal, kaimingUniform } from "./kaiming.js";
import { normal } from "./normal.js";
import { uniform } from "./uniform.js";
import { xavierNormal, xavierUniform } from "./xavier.js";

export const distributions: readonly DistributionKind[] = [
  uniform,
  normal,
  kaimingUniform,
  kaimingNormal,
  xavierUniform,
  xavierNormal,
];

/** What a layer's `distributionSetting` says, by the language's validation one of `distributions`. */
export function distributionOf(value: number | DistributionValue, fans: Fans): Distribution {
  if (typeof value === "number") return { form: "constant", value };
  const { distribution, ...settings } = value;
  return distributions.find(({ name }) => name === distribution)!.of(settings, fans);
}
