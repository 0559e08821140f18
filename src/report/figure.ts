/**
 * A figure as data: curves over an axis, with what they mean. It knows neither files nor pixels:
 * what fills it is in `figures`, and what draws it is `figure-svg.ts` and the report's page.
 */

/** What a curve is of. A role has one colour everywhere: in figures, pages and documents. */
export const roles = [
  "optimizer",
  "midpoint",
  "central",
  "stable",
  "ablated",
  "stationary",
  "other",
] as const;
export type Role = (typeof roles)[number];

/**
 * Colours that people with any common colour blindness tell apart (Okabe and Ito, "Color Universal
 * Design", 2008), on white and on black paper; the optimizer is grey, since all others are about it.
 */
export const colours: Readonly<Record<Role, { readonly light: string; readonly dark: string }>> = {
  optimizer: { light: "#767676", dark: "#9a9a9a" },
  midpoint: { light: "#009e73", dark: "#2fc79c" },
  central: { light: "#0072b2", dark: "#56b4e9" },
  stable: { light: "#d55e00", dark: "#f0803c" },
  ablated: { light: "#b3568a", dark: "#d98ab9" },
  stationary: { light: "#a87400", dark: "#e6b333" },
  other: { light: "#5b4b9a", dark: "#a99be0" },
};

export interface Curve {
  /** What the legend says; curves of one label, such as eigenvalues, are switched on and off together. */
  readonly label: string;
  readonly role: Role;
  /** Ascending. */
  readonly x: ArrayLike<number>;
  /** As many as `x`; null is "not measured". */
  readonly y: ArrayLike<number | null>;
  /** `faint` lies behind the others, as an optimizer's own oscillating course does. */
  readonly style?: "faint" | "dashed" | "dots";
  /** Which of several runs, or values of a sweep, it belongs to, counted from 0. */
  readonly member?: number;
  /** It may leave the picture: the range of y is that of the others (`range.ts`). */
  readonly aside?: boolean;
}

/** A value that matters, such as the threshold 2: a line across. */
export interface Level {
  readonly label: string;
  readonly value: number;
}

export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
}

export interface Figure {
  /** As commands and file names have it: `loss`, `eigenvalues`. */
  readonly name: string;
  readonly title: string;
  /** What is seen, and what the paper says of it, in a sentence or two; empty of a file's own plot. */
  readonly caption: string;
  /** On a linear scale. */
  readonly x: Pick<Axis, "label">;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  readonly levels: readonly Level[];
}
