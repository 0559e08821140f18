/**
 * The header of a .npy file (NumPy Enhancement Proposal 1, numpy/lib/format.py): six magic bytes, a
 * version, a length, and a Python dictionary that names dtype, order and shape.
 */
import { sizeOf } from "../axes.js";

const dtypeNames = ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"] as const;
export type DtypeName = (typeof dtypeNames)[number];

export interface NpyHeader {
  readonly dtype: DtypeName;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** What is wrong with a header, without the file's name: `holds dtype 'O'`. */
export interface HeaderProblem {
  readonly problem: string;
  readonly help?: string;
}

/** Bytes of one element. */
export function dtypeSize(dtype: DtypeName): number {
  return Number(dtype[1]);
}

export function dtypeKind(dtype: DtypeName): "float" | "integer" | "boolean" {
  return dtype[0] === "f" ? "float" : dtype[0] === "b" ? "boolean" : "integer";
}

/** The dictionary of a header, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. */
export function parseHeader(text: string): NpyHeader | HeaderProblem {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[.*\]))/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text);
  const shape = /'shape'\s*:\s*\(((?:\d+L?\s*,\s*)*(?:\d+L?\s*)?)\)/.exec(text);
  if (descr === null) return malformed("'descr'", text);
  if (order === null) return malformed("'fortran_order'", text);
  if (shape === null) return malformed("'shape'", text);
  const dtype = parseDescr(descr[1] ?? descr[2]!);
  if ("problem" in dtype) return dtype;
  const lengths = (shape[1]!.match(/\d+/g) ?? []).map(Number);
  if (!Number.isSafeInteger(sizeOf(lengths) * dtypeSize(dtype.dtype))) {
    return { problem: `has the impossible shape (${shape[1]!.trim()})` };
  }
  return { ...dtype, fortranOrder: order[1] === "True", shape: lengths };
}

function parseDescr(descr: string): Pick<NpyHeader, "dtype" | "littleEndian"> | HeaderProblem {
  const dtype = dtypeNames.find((name) => name === descr.slice(1));
  const byteOrder = descr[0]!;
  if (dtype === undefined || !"<>|".includes(byteOrder)) {
    return {
      problem: `holds dtype '${excerpt(descr)}'${meaning(descr)}`,
      help: "save it as float32, float64, an integer type or bool, as in a.astype('float32')",
    };
  }
  return { dtype, littleEndian: byteOrder !== ">" };
}

function meaning(descr: string): string {
  if (descr.startsWith("[")) return " (records)";
  if (descr.endsWith("O")) return " (Python objects)";
  if (/[US]\d+$/.test(descr)) return " (text)";
  if (/c\d+$/.test(descr)) return " (complex numbers)";
  return "";
}

function malformed(key: string, text: string): HeaderProblem {
  return {
    problem: `has a malformed header: no ${key} in ${JSON.stringify(excerpt(text.trim()))}`,
  };
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
