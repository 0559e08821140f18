/** Writing NumPy's .npy files, version 1.0, row-major and little-endian. */
import { endianness } from "node:os";
import { sizeOf } from "../axes.js";

/**
 * The bytes of a .npy file that holds `values` with `shape`. Throws a RangeError if their sizes
 * differ.
 */
export function encodeNpy(
  shape: readonly number[],
  values: Float32Array | Float64Array | Int32Array,
): Uint8Array {
  if (sizeOf(shape) !== values.length) {
    throw new RangeError(`${values.length} values cannot have the shape (${shape.join(", ")})`);
  }
  const kind = values instanceof Int32Array ? "i" : "f";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const descr = `<${kind}${values.BYTES_PER_ELEMENT}`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // NumPy aligns the elements to 64 bytes; magic, version, length and newline take 11.
  const padding = " ".repeat((64 - ((11 + dictionary.length) % 64)) % 64);
  const header = Buffer.from(`\x93NUMPY\x01\x00\0\0${dictionary}${padding}\n`, "latin1");
  header.writeUInt16LE(header.length - 10, 8);
  const data = Buffer.from(values.slice().buffer);
  if (endianness() === "BE") {
    if (values.BYTES_PER_ELEMENT === 4) data.swap32();
    else data.swap64();
  }
  return Buffer.concat([header, data]);
}
