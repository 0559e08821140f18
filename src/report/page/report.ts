/** What a page is made from. Everything on it is here: equal reports give equal bytes. */
import type { NotedVerdict } from "../../claims/verdict.js";
import type { Family, VariedFlow } from "../family.js";
import type { Figure } from "../figure.js";

export interface Report {
  readonly title: string;
  /** One, or several that are compared. */
  readonly subjects: readonly Subject[];
  readonly comparison?: ReportedComparison;
}

/** A file with what is kept of it, or a run. */
export interface Subject {
  /** As it was called: `eos.cflow --set lr=0.1`. */
  readonly name: string;
  /** What computes the results that it lacks; absent for a run. */
  readonly command?: string;
  /** Paragraphs of the comment that the file begins with. */
  readonly intro: readonly string[];
  readonly made: Made;
  readonly claims: readonly ReportedClaim[];
  readonly flows: readonly ReportedFlow[];
  /** Figures that the file asks for. */
  readonly plots: readonly Figure[];
  readonly varied: readonly VariedFlow[];
  /** Steps without results. */
  readonly lacking: readonly string[];
  readonly settings: readonly SettingsTable[];
  /** Drawn as SVG. */
  readonly plan?: string;
  /** The file's text, and those of the files that it imports. */
  readonly sources: readonly { readonly name: string; readonly text: string }[];
}

/** When and with what results were made. */
export interface Made {
  /** ISO 8601, of the first step and of the last one. */
  readonly from?: string;
  readonly to?: string;
  readonly versions: readonly string[];
  readonly commit?: string;
  readonly run?: string;
}

export interface ReportedClaim {
  readonly title: string;
  /** As it is written. */
  readonly text: string;
  /** `<`. */
  readonly operator: string;
  readonly verdict?: NotedVerdict;
}

export interface ReportedFlow {
  readonly name: string;
  /** Its name without the values of sweeps. */
  readonly declared: string;
  /** What it is a flow of, in a line. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

export interface SettingsTable {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export interface ReportedComparison {
  /** Figures of flows of one name. */
  readonly flows: readonly { readonly name: string; readonly families: readonly Family[] }[];
  /** Of each subject but the first against the first. */
  readonly differences: readonly SettingDifferences[];
}

export interface SettingDifferences {
  /** Places of the two among the subjects. */
  readonly a: number;
  readonly b: number;
  readonly rows: readonly {
    readonly name: string;
    readonly a: string;
    readonly b: string;
    /** Steps that it concerns. */
    readonly steps: readonly string[];
  }[];
}

/** What the subjects of a comparison are called on its page: A, B, … */
export function letterOf(subject: number): string {
  const letter = String.fromCharCode(65 + (subject % 26));
  return subject < 26 ? letter : `${letter}${Math.floor(subject / 26)}`;
}
