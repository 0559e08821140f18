/** How a line of text lies in a terminal: one cell a character, with the columns it takes. */

export interface Cell {
  readonly text: string;
  /** First column, from 0. */
  readonly column: number;
  readonly width: number;
}

const tabStop = 4;

/** Controls, formats (among them those that reorder text), line separators and lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const combining = /^[\p{Mn}\p{Me}]$/u;

/** Shown as pictures by themselves, and then two columns wide. */
const emoji = /^\p{Emoji_Presentation}$/u;

/** East Asian wide and full-width characters, from Unicode's EastAsianWidth.txt, in blocks. */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

function width(character: string): number {
  if (combining.test(character)) return 0;
  const code = character.codePointAt(0)!;
  const isWide = wide.some(([first, last]) => code >= first && code <= last);
  return isWide || emoji.test(character) ? 2 : 1;
}

/** Text that cannot move the cursor or hide anything. */
export function printable(text: string): string {
  return [...text.replace(/\s+/g, " ")]
    .map((character) => (unprintable.test(character) ? "\ufffd" : character))
    .join("");
}

/** The cells of a line, and the column at which each UTF-16 offset of it begins (one more than its length). */
export function layOut(line: string): { cells: readonly Cell[]; columns: readonly number[] } {
  const cells: Cell[] = [];
  const columns: number[] = [];
  let column = 0;
  for (const character of line) {
    const cell = cellOf(character, column);
    cells.push(cell);
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    column += cell.width;
  }
  columns.push(column);
  return { cells, columns };
}

function cellOf(character: string, column: number): Cell {
  if (character === "\t") {
    const blank = tabStop - (column % tabStop);
    return { text: " ".repeat(blank), column, width: blank };
  }
  if (unprintable.test(character)) return { text: "\ufffd", column, width: 1 };
  return { text: character, column, width: width(character) };
}
