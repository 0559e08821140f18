/** Rebuilds a landscape from the parameters of a step, as `plan/compile.ts` wrote them. */
import type { Formula } from "../dsl/program.js";
import { buildLandscape, type Landscape } from "../models/landscape/build.js";
import type { Json } from "../runtime/step.js";

export function landscapeOf(parameters: Json): Landscape {
  const { variables, formula } = parameters as unknown as { variables: number; formula: Formula };
  return buildLandscape(variables, formula);
}
