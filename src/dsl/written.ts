/** Values and settings as a file could have them, with every default, for messages and summaries. */
import { callIn } from "./call-value.js";
import type { Settings } from "./vocabulary.js";

/** `0.02`, `"x.npy"`, `[3, 5]` or `cosine(from = 0.02, steps = 1000, floor = 0.01)`. */
export function writtenValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writtenValue).join(", ")}]`;
  const call = callIn(value);
  if (call !== undefined) return written(call.name, call.settings);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** `gelu`, or `dense(units = 4, bias = true)`. */
export function written(maker: string, settings: Settings): string {
  const given = Object.entries(settings).map(([name, value]) => `${name} = ${writtenValue(value)}`);
  return given.length === 0 ? maker : `${maker}(${given.join(", ")})`;
}
