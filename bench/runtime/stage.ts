/** The record of a stage that a benchmark makes. */
import type { Step } from "../../src/plan/graph.js";
import { type FileRecord, recordText } from "../../src/runtime/record.js";

export function recordOf(step: Step, files: readonly FileRecord[]): string {
  const { name, fingerprint, kind, version, parameters, length, engine } = step;
  return recordText({
    ...{ name, fingerprint, kind, version, parameters, files },
    inputs: {},
    ...(engine && { engine }),
    ...(length !== undefined && { rows: length }),
    notes: {},
    cflow: "0.0.0",
    node: process.versions.node,
    host: "bench",
    started: new Date(0).toISOString(),
    seconds: 1,
  });
}
