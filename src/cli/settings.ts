/** Parameters of a step, a line each, as a file could have them. */
import { callIn } from "../dsl/call-value.js";
import { writtenValue } from "../dsl/written.js";
import type { Json, JsonObject } from "../runtime/step.js";

export function settingLines(parameters: JsonObject): string[] {
  return Object.entries(parameters).map(([name, value]) =>
    isEmpty(value) ? name : `${name} = ${shown(value)}`,
  );
}

function shown(value: Json): string {
  if (typeof value !== "object" || value === null || callIn(value)) return writtenValue(value);
  if (isList(value)) {
    const chain = value.length > 0 && value.every((each) => makerOf(each) !== undefined);
    return chain ? value.map(shown).join(" -> ") : `[${value.map(shown).join(", ")}]`;
  }
  const maker = makerOf(value);
  const settings = Object.entries(value)
    .filter(([name]) => maker === undefined || name !== "maker")
    .map(([name, each]) => `${name} = ${shown(each)}`);
  if (maker === undefined) return `{ ${settings.join("  ")} }`;
  return settings.length === 0 ? maker : `${maker}(${settings.join(", ")})`;
}

function makerOf(value: Json): string | undefined {
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  return typeof value.maker === "string" ? value.maker : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
