/**
 * The one small interface between the runtime and what steps do. A step reads the stages of its
 * inputs and writes its own; it never sees paths of the cache, locks or other steps.
 */

/** Canonical JSON: finite numbers, strings, booleans, null, arrays and plain objects of these. */
export type Json =
  | number
  | string
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface TensorColumn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Float64Array;
}

export interface ScalarColumn {
  readonly name: string;
  readonly type: "float64" | "int32";
}
export interface ListColumn {
  readonly name: string;
  readonly type: "list<float64>";
}
export type SeriesColumn = ScalarColumn | ListColumn;

/** Null is "not measured"; NaN and infinities are values. */
export type SeriesValue = number | null | readonly number[] | Float64Array;
export type SeriesRow = Readonly<Record<string, SeriesValue>>;

export interface SeriesTable {
  readonly columns: readonly SeriesColumn[];
  readonly rows: number;
  scalar(name: string): readonly (number | null)[];
  list(name: string): readonly (Float64Array | null)[];
}

export interface Snapshots {
  /** Not decreasing; `tensors[i]` was taken at the start of step `steps[i]`. */
  readonly steps: Int32Array;
  readonly tensors: readonly TensorColumn[];
}

/** The name of one kind of a trajectory's snapshots, and of their file. */
export const snapshotNames = ["snapshots", "directions"] as const;
export type SnapshotName = (typeof snapshotNames)[number];

/**
 * A finished stage, read-only; trajectories are cut to the length the reader asked for. Arrays may
 * view the file's bytes: they are not to be written to.
 */
export interface StageReader {
  /** Not of a trajectory: its tensors are the state after its last row, wherever that is. */
  tensors(file: string): Promise<ReadonlyMap<string, TensorColumn>>;
  series(): Promise<SeriesTable>;
  /** Empty where none were taken. */
  snapshots(name?: SnapshotName): Promise<Snapshots>;
  /** Writes its files to a folder, for programs; of a trajectory series and snapshots, cut as here. */
  copyTo(folder: string): Promise<void>;
}

export interface SeriesWriter {
  append(row: SeriesRow): void;
}

export interface Checkpoint {
  /** Rows of the series that precede this state: all that were appended. Snapshots go by `step`. */
  readonly rows: number;
  readonly tensors: readonly TensorColumn[];
  readonly values: JsonObject;
  /** What the stage notes if it ends here. */
  readonly notes: JsonObject;
}

export interface StageWriter {
  /** One row, one fixed-shape tensor column a tensor: `<file>.arrow`. Not of a trajectory. */
  tensors(file: string, columns: readonly TensorColumn[]): Promise<void>;
  /** The step's series, one row a step: `series.arrow`. On resumption it holds the kept rows already. */
  series(columns: readonly SeriesColumn[]): Promise<SeriesWriter>;
  /**
   * A row of `<name>.arrow`, `snapshots` if not said: `step` (not decreasing, below the length) and
   * a tensor, of the same form in every row. Not after a row of the series for a later step.
   */
  snapshot(step: number, tensor: TensorColumn, name?: SnapshotName): Promise<void>;
  /**
   * A trajectory's state. Cheap to call every step: writes at most once every few seconds, and when
   * `final`, and lets messages (such as Ctrl-C) in. A trajectory ends with a final one at its last
   * row, unless it noted `diverged_at`.
   */
  checkpoint(make: () => Checkpoint, final?: boolean): Promise<void>;
  /** A file that was made elsewhere, under a name of its own. Not of a trajectory. */
  file(name: string, path: string): Promise<void>;
  /** The path of an empty folder for what is made on the way; gone when the step ends. */
  scratch(): string;
  /** A fact for the summary and `stage.json`: `{ diverged_at: 12 }`. */
  note(facts: JsonObject): void;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Shown in order: `loss 0.0123`. */
  readonly values: Readonly<Record<string, number>>;
}

export interface StepContext {
  /** The kind of the step that runs. */
  readonly kind: string;
  /** What decides the step's values (fingerprinted). */
  readonly parameters: JsonObject;
  /** What it needs besides, such as file paths (not fingerprinted). */
  readonly local: JsonObject;
  /** Rows to have in the end; absent for steps that are no trajectories. */
  readonly length?: number;
  readonly inputs: Readonly<Record<string, StageReader>>;
  readonly out: StageWriter;
  /** Where an interrupted or shorter run of the same step left off. */
  readonly resume?: Checkpoint;
  readonly engine: string;
  readonly threads: number;
  /** Aborted by Ctrl-C: finish the current row, write a final checkpoint, and throw `Interrupted`. */
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** A failure that the user can mend: rendered without a stack. */
export class StepFailure extends Error {
  constructor(
    message: string,
    readonly help?: string,
    /** It may not happen again: the step is tried once more. */
    readonly passing = false,
  ) {
    super(message);
    this.name = "StepFailure";
  }
}

export interface StepKind {
  readonly kind: string;
  /** Raised when the same parameters give other bytes: part of every fingerprint. */
  readonly version: number;
  /** A trajectory's length is not in its identity: longer runs continue, shorter ones read a prefix. */
  readonly trajectory: boolean;
  /** Among steps that are ready at once the highest starts first; give long kinds more. Default 0. */
  readonly priority?: number;
  /** Loads the implementation (and with it the numerics) in the worker that runs the step. */
  load(): Promise<(context: StepContext) => Promise<void>>;
}
