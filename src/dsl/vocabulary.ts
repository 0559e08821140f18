/**
 * The form of what the language can name. An entry is plain data with a zod schema, shape semantics
 * and a sentence of documentation; `data/`, `models/` and `dynamics/` contribute theirs, one file an
 * entry, and none of them loads numerics when it is only checked or planned with.
 *
 * A setting's documentation is its schema's `.describe()`, its default the schema's `.default()`.
 * A setting that names a file is declared with `pathSetting()`: the language resolves it relative to
 * the `.cflow` file's folder, so that an entry only ever sees absolute paths. One that may change
 * with time is declared with `scheduleSetting()`: it takes a number or a call such as
 * `cosine(0.02, 1000)`, which the entry sees as plain data (`ScheduleValue`); and so is one that says
 * how initial weights are drawn with `distributionSetting()`. One that is an enumeration,
 * `z.enum([…])`, takes its words bare, as in `method = heun`.
 */
import { z } from "zod";
import type { CallKind } from "./call-value.js";

/** Axes of one example, without the batch axis. */
export type Shape = readonly number[];

export type Settings = Record<string, unknown>;

/** Why something doesn't fit; the language places it at `setting`, or at the maker's name. */
export interface Misfit {
  readonly misfit: string;
  readonly help?: string;
  readonly setting?: string;
}

export function isMisfit(value: object): value is Misfit {
  return "misfit" in value;
}

export interface Entry {
  readonly name: string;
  /** One sentence, as shown by help and reference. */
  readonly doc: string;
  /** Every setting with its schema, default and description. Strict: unknown settings are errors. */
  readonly settings: z.ZodObject;
  /** Settings that may be given by position, as in `dense(32)` or `npy("w0.npy")`. */
  readonly positional: readonly string[];
}

export interface DatasetDescription {
  /** Axes of one example's input; images are [height, width, channels] or [height, width]; tokens are [positions]. */
  readonly input: Shape;
  /** Inputs are tokens 0, …, vocabulary − 1, not numbers. */
  readonly vocabulary?: number;
  /** Positions that each have a target: targets are [examples, positions, outputs], else [examples, outputs]. */
  readonly positions?: number;
  readonly outputs: number;
  readonly task: "classification" | "binary" | "regression";
  readonly train: number;
  readonly test: number;
}

/** Why a dataset can't be used, and what it would be otherwise, if its settings alone tell that. */
export interface DatasetMisfit extends Misfit {
  readonly otherwise?: DatasetDescription;
}

export interface DatasetEntry extends Entry {
  /** Cheap: of files that can be large, headers and labels are read, no more. */
  describe(settings: Settings): DatasetDescription | DatasetMisfit;
  /** What of the settings decides the values: file contents by digest, never by path. */
  identity(settings: Settings): Settings;
}

export interface ParameterShape {
  readonly name: string;
  readonly shape: Shape;
}

export interface LayerEntry extends Entry {
  /** The chains of layers among its arguments; absent if it takes none. */
  readonly branches?: BranchForm;
  /**
   * Undefined if it can read inputs of so many different `tokens`, or, where that is undefined, of
   * numbers; absent if it can read both.
   */
  accepts?(settings: Settings, tokens: number | undefined): Misfit | undefined;
  /** `branches`: what each gives for the layer's own input. */
  output(settings: Settings, input: Shape, branches?: Branches<Shape>): Shape | Misfit;
  /** Its own, without those of its branches; called only with an input that `output` accepted. */
  parameters(settings: Settings, input: Shape): readonly ParameterShape[];
}

/** Which chains a layer takes, as `residual(conv(8) -> gelu, shortcut = conv(8))` does. */
export interface BranchForm {
  /** Needed, and given by position; "many" are two or more, whose names are `0`, `1`, …. */
  readonly positional: readonly string[] | "many";
  /** Given by name, or left out. */
  readonly named: readonly string[];
}

/** Something of each branch, by the branch's name. */
export type Branches<T> = ReadonlyMap<string, T>;

export interface LossEntry extends Entry {
  /** Undefined if the loss can be used with this dataset and these outputs of the model. */
  accepts(dataset: DatasetDescription, output: Shape): Misfit | undefined;
}

export interface OptimizerEntry extends Entry {}

/** A positive function of time, such as `cosine(0.02, 1000)`, for settings that accept one. */
export interface ScheduleEntry extends Entry {}

/** What weights are the weights of: a model's parameters, or a landscape's variables. */
export interface WeightsOwner {
  readonly kind: "model" | "landscape";
  /** How many weights it has. */
  readonly size: number;
}

/** A distribution of initial weights, such as `normal(0.02)`, for settings that accept one. */
export interface DistributionEntry extends Entry {}

/** How initial weights are made: the model's own random draw, given numbers, or a file. */
export interface WeightsEntry extends Entry {
  /** Whether the flow's seed decides the values. */
  readonly seeded: boolean;
  /** Undefined if the owner can start from these weights. */
  accepts(settings: Settings, owner: WeightsOwner): Misfit | undefined;
  identity(settings: Settings): Settings;
}

export interface SeriesDescription {
  readonly name: string;
  /** A number a row, or several: a spectrum in descending order, or a list in some other. */
  readonly kind: "scalar" | "spectrum" | "list";
  readonly doc: string;
}

/** A process along time: one step of the plan, one Arrow series. */
export interface ProcessEntry extends Entry {
  /** Raised when the same settings give other values: part of every fingerprint. */
  readonly version: number;
  readonly series: readonly SeriesDescription[];
  /** Why it can't be run with an optimizer, by the maker's name; absent if it can with any. */
  accepts?(optimizer: string): Misfit | undefined;
  /** What of the flow's blocks (those written in it) decides this process's values. */
  reads(blocks: Readonly<Record<string, Settings>>): Readonly<Record<string, Settings>>;
}

/** A function of series and numbers in `expect`. Values: a number, or a row vector along steps. */
export interface FunctionEntry {
  readonly name: string;
  readonly doc: string;
  /** Names of positional arguments, in order. */
  readonly arguments: readonly {
    readonly name: string;
    readonly kind: "any" | "series" | "number";
  }[];
  /** Whether `from =` and `to =` (steps, `to` exclusive) restrict the series before it is applied. */
  readonly range: boolean;
  /** What comes out: reducers give numbers; elementwise functions give what they were given. */
  readonly result: "number" | "same";
}

/** What a block can be checked against. */
export interface FlowFacts {
  /** Absent on a landscape, where nothing is learned. */
  readonly dataset?: DatasetDescription;
  /** Number of weights. */
  readonly parameters: number;
  /** Names of the processes that the flow runs. */
  readonly processes: readonly string[];
}

/** Settings of a block that concern all processes of a flow: `eigenvalues`, `snapshots`. */
export interface BlockEntry extends Entry {
  /** Why it does not fit the flow it stands in; absent if it fits any. */
  accepts?(settings: Settings, flow: FlowFacts): Misfit | undefined;
  /** A step of its own, named like the block, that reads all processes of the flow. */
  readonly step?: {
    /** As of a process. */
    readonly version: number;
    series(processes: readonly string[]): readonly SeriesDescription[];
  };
}

/** What a user's own program is told, and what of it decides what it makes. */
export interface CommandEntry {
  readonly settings: z.ZodObject;
  /**
   * Why it can't be run as the settings say; absent if it can.
   *
   * @param inputs     their names
   * @param directory  the folder that it is run in
   */
  accepts(settings: Settings, inputs: readonly string[], directory: string): Misfit | undefined;
  /** What of the settings decides the results: files by digest, besides their names. */
  identity(settings: Settings, directory: string): Settings;
  /** Columns of numbers that it makes, which claims can be about. */
  series(settings: Settings): readonly SeriesDescription[];
}

/** A smooth function of one number in a landscape's formula. */
export interface SmoothFunctionEntry {
  readonly name: string;
  readonly doc: string;
  /** In double precision; not finite where it has no value. */
  value(x: number): number;
}

export interface Vocabulary {
  readonly datasets: readonly DatasetEntry[];
  readonly layers: readonly LayerEntry[];
  readonly losses: readonly LossEntry[];
  readonly optimizers: readonly OptimizerEntry[];
  readonly schedules: readonly ScheduleEntry[];
  readonly distributions: readonly DistributionEntry[];
  readonly weights: readonly WeightsEntry[];
  readonly processes: readonly ProcessEntry[];
  readonly blocks: readonly BlockEntry[];
  readonly functions: readonly FunctionEntry[];
  readonly smoothFunctions: readonly SmoothFunctionEntry[];
  readonly command: CommandEntry;
  /** The flow's own plain settings (`steps`, `seed`), besides the references and blocks. */
  readonly flow: z.ZodObject;
  /** Why a number in a landscape can't be computed with in a flow of these settings. */
  numberFits(value: number, flow: Settings): Misfit | undefined;
}

export function pathSetting(description: string) {
  return z.string().min(1, "a path cannot be empty").describe(description).meta({ path: true });
}

/** Whether a schema was made by `pathSetting` (optional and default wrappers included). */
export function isPathSetting(schema: z.ZodType): boolean {
  return settingMeta(schema).path === true;
}

/** A positive number, or a schedule, whose own settings the language has validated by its entry. */
export function scheduleSetting(description: string) {
  const schedule = z.looseObject({ schedule: z.string() }, "a schedule");
  return takingCalls("schedule", z.union([z.number().positive(), schedule]), description);
}

const distribution = z.looseObject({ distribution: z.string() }, "a distribution");

/** A number that all weights start at, or a distribution, validated by its entry as schedules are. */
export function distributionSetting(description: string) {
  return takingCalls("distribution", z.union([z.number(), distribution]), description);
}

/** The same for weights that can be left out: `false` is without, `true` with the usual start. */
export function optionalDistributionSetting(description: string) {
  const schema = z.union([z.boolean(), z.number(), distribution]);
  return takingCalls("distribution", schema, description);
}

function takingCalls<T extends z.ZodType>(kind: CallKind, schema: T, description: string): T {
  return schema.describe(description).meta({ calls: kind });
}

/** What can be called in a setting's values, if anything (optional and default wrappers included). */
export function callsIn(schema: z.ZodType): CallKind | undefined {
  return settingMeta(schema).calls as CallKind | undefined;
}

/** Whether a setting is one of several words (optional and default wrappers included). */
export function isWordSetting(schema: z.ZodType): boolean {
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return schema instanceof z.ZodEnum || (innerType !== undefined && isWordSetting(innerType));
}

/** What a setting's schema says about itself; wrappers such as `.default()` don't hide it. */
export function settingMeta(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return { ...(inner === undefined ? {} : settingMeta(inner)), ...schema.meta() };
}
