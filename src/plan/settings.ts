/** The settings of a step that its file gives, for messages. */
import { callIn } from "../dsl/call-value.js";
import { writtenValue } from "../dsl/written.js";
import type { Json, JsonObject } from "../runtime/step.js";
import type { Step } from "./graph.js";

/** As in `optimizer.lr = 0.05`, those with a place in the file and a value of one word or list. */
export function givenSettings({ parameters, places }: Step): string[] {
  return Object.keys(places).flatMap((path) => {
    const value = at(parameters, path);
    return value === undefined || !isShort(value) ? [] : [`${path} = ${writtenValue(value)}`];
  });
}

function at(parameters: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = parameters;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

function isShort(value: Json): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== "object");
  return typeof value !== "object" || callIn(value) !== undefined;
}
