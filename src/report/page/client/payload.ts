/** What a page's script is given of its figures: plain JSON, whose long series are in base64. */

/** Evenly spaced numbers, or float32 (float64 where float32 would merge two steps) in base64. */
export type PackedNumbers =
  | { readonly from: number; readonly by: number; readonly count: number }
  | { readonly float32: string }
  | { readonly float64: string };

export interface PackedCurve {
  readonly label: string;
  /** On white and on black paper. */
  readonly colour: readonly [light: string, dark: string];
  readonly style: "line" | "faint" | "dots";
  readonly dash: readonly number[];
  readonly member: number;
  /** It may leave the picture. */
  readonly aside?: true;
  /** Places among the payload's series. */
  readonly x: number;
  /** NaN where the line is broken. */
  readonly y: number;
}

export interface PackedMember {
  readonly name: string;
  /** Of its sample in the legend. */
  readonly colour: readonly [light: string, dark: string];
  readonly dash: readonly number[];
}

export interface PackedFigure {
  /** The id of its element. */
  readonly id: string;
  readonly x: { readonly label: string };
  readonly y: { readonly label: string; readonly log: boolean };
  readonly levels: readonly { readonly label: string; readonly value: number }[];
  /** What the members of families are called; empty where the curves are of one. */
  readonly members: readonly PackedMember[];
  readonly curves: readonly PackedCurve[];
}

export interface Payload {
  readonly figures: readonly PackedFigure[];
  readonly series: readonly PackedNumbers[];
}

/** What a live page is sent as a run goes on. */
export type LiveMessage =
  | { readonly type: "figures"; readonly payload: Payload }
  /** A part of the page, by the id of its element, as HTML. */
  | { readonly type: "part"; readonly id: string; readonly html: string }
  /** How far steps are that run. */
  | { readonly type: "status"; readonly text: string }
  /** The page is another one now. */
  | { readonly type: "reload" }
  | { readonly type: "end" };
