/**
 * What a checked file means: every name resolved, every setting valid and defaulted, every shape
 * known. Plain data; spans are kept beside values (never among them) for messages and `why`.
 */
import type { Source, Span } from "./diagnostic.js";
import type { DatasetDescription, ParameterShape, Settings, Shape } from "./vocabulary.js";

/** A maker with its settings, as in `mnist { classes = 4 }`. */
export interface Made {
  readonly maker: string;
  readonly settings: Settings;
  /** Where each setting was written; defaults are absent. */
  readonly places: Readonly<Record<string, Span>>;
  readonly span: Span;
}

export interface ResolvedLayer extends Made {
  readonly input: Shape;
  readonly output: Shape;
  /** Its own, without those of its branches. */
  readonly parameters: readonly ParameterShape[];
  readonly branches: readonly ResolvedBranch[];
}

/** A chain that was given to a layer; it starts from the layer's own input. */
export interface ResolvedBranch {
  readonly name: string;
  readonly layers: readonly ResolvedLayer[];
}

export interface ResolvedModel {
  /** The declared name, absent for a chain written in place. */
  readonly name?: string;
  readonly layers: readonly ResolvedLayer[];
  readonly parameterCount: number;
  readonly span: Span;
}

export interface Process extends Made {
  /** The name in the flow: the maker's, as in `central`. */
  readonly name: string;
}

/** A smooth function of numbers, with params as numbers and what is constant computed. */
export type Formula =
  | { readonly form: "number"; readonly value: number }
  /** By its place among the landscape's variables: their names are nothing to the values. */
  | { readonly form: "variable"; readonly index: number }
  | { readonly form: "negate"; readonly of: Formula }
  | {
      readonly form: "binary";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly form: "power"; readonly base: Formula; readonly exponent: number }
  | { readonly form: "call"; readonly function: string; readonly of: Formula };

export interface ResolvedLandscape {
  readonly name: string;
  /** Distinct names, at least one. */
  readonly variables: readonly string[];
  readonly formula: Formula;
  /** The numbers that stand in the formula, each with what it was written as. */
  readonly numbers: readonly { readonly value: number; readonly span: Span }[];
  /** The formula as written, for messages. */
  readonly text: string;
  /** The params in it, with their values. */
  readonly constants: Readonly<Record<string, number>>;
  readonly span: Span;
}

/** What a flow minimizes: the loss of a model on a dataset, or a landscape. */
export type Flow = SupervisedFlow | LandscapeFlow;

/** Without a name where it was made in its place. */
export interface NamedDataset extends Made {
  readonly name?: string;
  readonly description: DatasetDescription;
}

export interface SupervisedFlow extends CommonFlow {
  readonly form: "supervised";
  readonly dataset: NamedDataset;
  readonly model: ResolvedModel;
  readonly loss: Made;
}

export interface LandscapeFlow extends CommonFlow {
  readonly form: "landscape";
  readonly landscape: ResolvedLandscape;
}

interface CommonFlow {
  /** Unique: the declared name, with the swept values that the flow depends on: `eos[lr=0.02]`. */
  readonly name: string;
  readonly declared: string;
  /** The swept values that it depends on, by name. */
  readonly variant: Readonly<Record<string, unknown>>;
  readonly span: Span;
  readonly optimizer: Made & { readonly name?: string };
  readonly weights: Made;
  /** `steps`, `seed` and whatever else the vocabulary's flow schema declares. */
  readonly settings: Settings;
  readonly places: Readonly<Record<string, Span>>;
  /** Blocks written in the flow, by name; one that isn't written is absent. */
  readonly blocks: Readonly<Record<string, Made>>;
  readonly processes: readonly Process[];
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | "<" | "<=" | ">" | ">=" | "==" | "!=";

/** An expression over series; `step` is a step's name such as `eos.central`. */
export type SeriesExpression =
  | { readonly form: "number"; readonly value: number }
  | {
      readonly form: "series";
      readonly step: string;
      readonly series: string;
      readonly index?: number;
    }
  | { readonly form: "negate"; readonly of: SeriesExpression }
  | {
      readonly form: "binary";
      readonly operator: BinaryOperator;
      readonly left: SeriesExpression;
      readonly right: SeriesExpression;
    }
  | {
      readonly form: "call";
      readonly function: string;
      readonly arguments: readonly SeriesExpression[];
      readonly from?: number;
      readonly to?: number;
    };

/** A program of the user's own that reads steps and makes files. */
export interface Command {
  /** Unique among commands: as a flow's. */
  readonly name: string;
  readonly declared: string;
  readonly variant: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly places: Readonly<Record<string, Span>>;
  readonly span: Span;
  /** The folder of the text that declares it, in which it is run. */
  readonly directory: string;
  /** What it reads, by the name that it has there. */
  readonly inputs: Readonly<Record<string, CommandInput>>;
}

export interface CommandInput {
  /** Name of the step. */
  readonly step: string;
  /** Of a dataset, which no flow may use. */
  readonly dataset?: NamedDataset;
  readonly span: Span;
}

export interface Claim {
  /** Unique: as declared, with the swept values that the claim depends on. */
  readonly title: string;
  /** A comparison at the top. */
  readonly expression: SeriesExpression;
  /** The claim as written, for messages. */
  readonly text: string;
  readonly span: Span;
}

/** A figure that the file asks for. */
export interface Plot {
  /** Unique among plots. */
  readonly title: string;
  /** Of the axis of values. */
  readonly scale: "linear" | "log";
  /** At least one; one that depends on sweeps is there in all its variants. */
  readonly curves: readonly PlotCurve[];
  readonly span: Span;
}

export interface PlotCurve {
  /** A series of numbers, or of several numbers a row. */
  readonly expression: SeriesExpression;
  /** As written. */
  readonly text: string;
  /** The swept values that it depends on: `[lr=0.02]`, or nothing. */
  readonly variant: string;
}

/** A named value, after overrides; one that no sweep changes. */
export interface Param {
  readonly name: string;
  readonly value: unknown;
  /** Where the value was written: in the file, or in an override. */
  readonly span: Span;
}

export interface Sweep {
  readonly name: string;
  readonly values: readonly SweptValue[];
}

export interface SweptValue {
  readonly value: unknown;
  /** As in the names of what it decides: `lr=0.02`. */
  readonly label: string;
  /** Where it was written: in the file, or in an override. */
  readonly span: Span;
}

export interface Program {
  readonly source: Source;
  /** Files that it imports, directly or through others. */
  readonly imports: readonly Source[];
  readonly params: readonly Param[];
  readonly sweeps: readonly Sweep[];
  readonly flows: readonly Flow[];
  /** In an order in which each follows those that it reads. */
  readonly commands: readonly Command[];
  readonly claims: readonly Claim[];
  readonly plots: readonly Plot[];
}
