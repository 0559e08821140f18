/** Reading NumPy's .npy files, header-only or whole. Errors are misfits that name the file. */
import { endianness } from "node:os";
import { basename } from "node:path";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { type NumberArray, permuteAxes, sizeOf } from "../axes.js";
import { type OpenFile, withFile } from "../file.js";
import { type DtypeName, dtypeSize, type NpyHeader, parseHeader } from "./header.js";

export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: DtypeName;
  /** Row-major, whatever the file's order was; 64-bit integers arrive as exact float64. */
  readonly values: NumberArray;
}

interface Located extends NpyHeader {
  /** Where the elements begin, in bytes. */
  readonly offset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Reads the header and checks that the file is long enough for its shape; the data isn't read. */
export function readNpyHeader(path: string): NpyHeader | Misfit {
  return withFile(path, (file) => locate(file, basename(path)));
}

/** Reads a whole array of any supported dtype, byte order and memory order. */
export function readNpy(path: string): NpyArray | Misfit {
  return withFile(path, (file) => {
    const name = basename(path);
    const header = locate(file, name);
    if (isMisfit(header)) return header;
    const { shape, dtype, fortranOrder } = header;
    const bytes = file.read(header.offset, sizeOf(shape) * dtypeSize(dtype));
    if (header.littleEndian !== (endianness() === "LE")) swapBytes(bytes, dtypeSize(dtype));
    const values = decode(dtype, bytes.buffer, name);
    if (isMisfit(values)) return values;
    return { shape, dtype, values: fortranOrder ? toRowMajor(values, shape) : values };
  });
}

function locate(file: OpenFile, name: string): Located | Misfit {
  if (file.size === 0) return { misfit: `'${name}' is empty`, help: saveHelp };
  const start = file.read(0, 12);
  if (!magic.every((byte, i) => start[i] === byte)) return notNpy(start, name);
  const major = start[6] ?? 0;
  const minor = start[7] ?? 0;
  if (start.length > 7 && (![1, 2, 3].includes(major) || minor !== 0)) {
    return {
      misfit: `'${name}' has .npy version ${major}.${minor}; versions 1.0, 2.0 and 3.0 can be read`,
    };
  }
  const prefix = major === 1 ? 10 : 12;
  if (start.length < prefix) return cutOff(name, file.size, prefix, "its header");
  const view = new DataView(start.buffer);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const offset = prefix + length;
  if (file.size < offset) return cutOff(name, file.size, offset, "its header");
  const encoding = major === 3 ? "utf8" : "latin1";
  const header = parseHeader(Buffer.from(file.read(prefix, length)).toString(encoding));
  if ("problem" in header) {
    const { problem, help } = header;
    return { misfit: `'${name}' ${problem}`, ...(help === undefined ? {} : { help }) };
  }
  const bytes = sizeOf(header.shape) * dtypeSize(header.dtype);
  // NumPy, too, ignores what follows the array.
  if (file.size < offset + bytes) {
    const shape = `its shape (${header.shape.join(", ")})`;
    return cutOff(name, file.size - offset, bytes, shape);
  }
  return { ...header, offset };
}

const saveHelp = "write arrays with numpy.save";

function notNpy(start: Uint8Array, name: string): Misfit {
  const hex = (bytes: Iterable<number>) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  return {
    misfit: `'${name}' begins with bytes ${hex(start.slice(0, 6))}; a .npy file begins with ${hex(magic)}`,
    help: isZip ? "this is an .npz archive: save each array with numpy.save" : saveHelp,
  };
}

function cutOff(name: string, found: number, wanted: number, what: string): Misfit {
  return {
    misfit: `'${name}' is cut off: ${found} of the ${wanted} bytes of ${what} are there`,
    help: "copy or save the file again",
  };
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer);
  if (size === 2) buffer.swap16();
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

function decode(dtype: DtypeName, data: ArrayBuffer, name: string): NumberArray | Misfit {
  switch (dtype) {
    case "f4":
      return new Float32Array(data);
    case "f8":
      return new Float64Array(data);
    case "i1":
      return new Int8Array(data);
    case "i2":
      return new Int16Array(data);
    case "i4":
      return new Int32Array(data);
    case "u1":
    case "b1":
      return new Uint8Array(data);
    case "u2":
      return new Uint16Array(data);
    case "u4":
      return new Uint32Array(data);
    case "i8":
      return exactNumbers(new BigInt64Array(data), name);
    case "u8":
      return exactNumbers(new BigUint64Array(data), name);
  }
}

function exactNumbers(integers: BigInt64Array | BigUint64Array, name: string) {
  const values = new Float64Array(integers.length);
  for (let i = 0; i < integers.length; i++) {
    values[i] = Number(integers[i]);
    if (!Number.isSafeInteger(values[i])) {
      return { misfit: `'${name}' holds ${integers[i]}, beyond the exact integers of float64` };
    }
  }
  return values;
}

/** A Fortran-ordered array is the row-major array of the reversed shape, with its axes reversed. */
function toRowMajor(values: NumberArray, shape: readonly number[]): NumberArray {
  const axes = shape.map((_, axis) => axis).reverse();
  return permuteAxes(values, [...shape].reverse(), axes);
}
