/**
 * The identity of a step's values: SHA-256 over the canonical JSON of everything that decides them
 * and of nothing else, so that names, comments, files' places and times never make a step stale.
 */
import { createHash } from "node:crypto";
import type { InputRecord } from "../runtime/record.js";
import type { JsonObject } from "../runtime/step.js";
import { canonicalJson, type Written } from "./canonical.js";

/** A stage that is read, and how much of it. */
export interface InputIdentity {
  /** Hex SHA-256. */
  readonly fingerprint: string;
  /** Rows read of a trajectory, where the reader's values depend on how many there are. */
  readonly rows?: number;
}

export interface EngineIdentity {
  readonly name: string;
  /** As in `float32`. */
  readonly precision: string;
}

export interface Identity {
  readonly kind: string;
  readonly version: number;
  readonly parameters: JsonObject;
  /** By role. A trajectory's own length is no part of it. */
  readonly inputs: Readonly<Record<string, InputIdentity>>;
  /** Absent where the values don't depend on who computes them. */
  readonly engine?: EngineIdentity;
}

/**
 * Hex SHA-256 of an identity. Throws a TypeError for parameters that have no canonical JSON.
 *
 * @param written  as of `canonicalJson`
 */
export function fingerprint(identity: Identity, written?: Written): string {
  const { kind, version, parameters, inputs, engine } = identity;
  const text = canonicalJson(
    {
      kind,
      version,
      parameters,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([role, { fingerprint, rows }]) => [
          role,
          rows === undefined ? { fingerprint } : { fingerprint, rows },
        ]),
      ),
      ...(engine && { engine: { name: engine.name, precision: engine.precision } }),
    },
    written,
  );
  return createHash("sha256").update(text).digest("hex");
}

interface Lengthed {
  readonly length?: number;
}

/**
 * What a step's identity says of its inputs. A step without a length of its own depends on how many
 * rows it reads of a trajectory; a trajectory reads another as it grows along, row by row.
 */
export function inputIdentities(
  step: Lengthed & { readonly inputs: Readonly<Record<string, string>> },
  stepNamed: (name: string) => Lengthed & { readonly fingerprint: string },
): Record<string, InputIdentity> {
  return Object.fromEntries(
    Object.entries(step.inputs).map(([role, name]) => {
      const { fingerprint, length } = stepNamed(name);
      const counts = step.length === undefined && length !== undefined;
      return [role, counts ? { fingerprint, rows: length } : { fingerprint }];
    }),
  );
}

/** The same, with the inputs' names. */
export function inputRecords(
  step: Parameters<typeof inputIdentities>[0],
  stepNamed: Parameters<typeof inputIdentities>[1],
): Record<string, InputRecord> {
  const identities = Object.entries(inputIdentities(step, stepNamed));
  return Object.fromEntries(
    identities.map(([role, input]) => [role, { name: step.inputs[role]!, ...input }]),
  );
}
