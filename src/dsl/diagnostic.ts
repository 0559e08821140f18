/** Errors as data: what, where, and what to do. Rendering is `render.ts`'s business. */

/** A text the user wrote: a file, or an override such as `--set lr=0.1`. */
export interface Source {
  /** As shown to the user: the path as given, or `<--set #2>`. */
  readonly name: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets in a source. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export interface Label {
  readonly span: Span;
  readonly text?: string;
}

/** A replacement that mends the text mechanically. */
export interface Fix {
  readonly title: string;
  readonly span: Span;
  readonly replacement: string;
}

export interface Diagnostic {
  /** Stable: `CF` and four digits; `codes.ts` lists them all. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** One short sentence that quotes the offending value. */
  readonly message: string;
  /** The first label is the primary place. */
  readonly labels: readonly Label[];
  readonly help?: string;
  readonly fix?: Fix;
}
