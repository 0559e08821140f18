/** The compiled form of a program: steps, what each depends on, and what decides its values. */
import type { Span } from "../dsl/diagnostic.js";
import type { JsonObject } from "../runtime/step.js";
import type { EngineIdentity } from "./fingerprint.js";

export interface Step {
  /** Unique in the graph, as the user writes it: `eos.central`, `digits`, `expect "title"`. */
  readonly name: string;
  readonly kind: string;
  readonly version: number;
  /** What decides the values; canonical JSON of it is hashed. */
  readonly parameters: JsonObject;
  /** Needed to run, not hashed: file paths, titles. */
  readonly local: JsonObject;
  /** Role → name of the step that fills it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Rows of a trajectory. */
  readonly length?: number;
  /** Of the engine that computes it; absent where the values don't depend on one. */
  readonly engine?: EngineIdentity;
  /** Hex SHA-256 of the step's identity (`fingerprint.ts`). */
  readonly fingerprint: string;
  /** Dotted path of a parameter → where it was written. */
  readonly places: Readonly<Record<string, Span>>;
}

export interface StepGraph {
  /** In an order in which every step follows its inputs. */
  readonly steps: readonly Step[];
  /** Names of the steps that a run is for; absent: every trajectory, and every step that no other reads. */
  readonly targets?: readonly string[];
}
