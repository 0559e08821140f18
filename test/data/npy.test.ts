import { truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../src/data/axes.js";
import { encodeNpy, readNpy, readNpyHeader } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { temporaryFolder } from "./folder.js";
import { numpyFiles, refusedFiles } from "./numpy-files.js";

const folder = temporaryFolder();
const bytesOf = (base64: string) => Buffer.from(base64, "base64");

describe("files that numpy wrote", () => {
  test.each(numpyFiles)("$title", ({ base64, dtype, shape, values }) => {
    const path = folder.write("numpy.npy", bytesOf(base64));
    expect(readNpyHeader(path)).toMatchObject({ dtype, shape });
    const array = readNpy(path);
    expect(array).toMatchObject({ dtype, shape });
    if (isMisfit(array)) return;
    expect([...array.values]).toEqual(values);
  });

  test.each([
    ["float32", Float32Array],
    ["float64", Float64Array],
    ["int32", Int32Array],
  ] as const)("%s is written with the same bytes", (title, Type) => {
    const { shape, values, base64 } = numpyFiles.find((file) => file.title === title)!;
    expect(Buffer.from(encodeNpy(shape, Type.from(values)))).toEqual(bytesOf(base64));
  });
});

test("what is written is read back, NaN, infinities and −0 included", () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
  const arrays = shapes.chain((shape) => {
    const size = { minLength: sizeOf(shape), maxLength: sizeOf(shape) };
    const values = fc.oneof(fc.float32Array(size), fc.float64Array(size), fc.int32Array(size));
    return fc.tuple(fc.constant(shape), values);
  });
  fc.assert(
    fc.property(arrays, ([shape, values]) => {
      const read = readNpy(folder.npy("round.npy", shape, values));
      expect(read).toEqual({ shape, values, dtype: expect.any(String) });
    }),
  );
});

test("a shape that doesn't fit the values is the caller's error", () => {
  expect(() => encodeNpy([2, 2], new Float32Array(3))).toThrow(
    "3 values cannot have the shape (2, 2)",
  );
});

describe("malformed files", () => {
  const whole = encodeNpy([2, 3], new Float32Array(6));
  const headed = (dictionary: string) => {
    const text = Buffer.from(`\x93NUMPY\x01\x00\0\0${dictionary}`, "latin1");
    text.writeUInt16LE(text.length - 10, 8);
    return text;
  };
  const dictionary = (shape: string) =>
    headed(`{'descr': '<f4', 'fortran_order': False, ${shape}}`);

  test.each<[string, Uint8Array, string, string | undefined]>([
    ["empty", new Uint8Array(), "'bad.npy' is empty", "write arrays with numpy.save"],
    [
      "text",
      Buffer.from("1.0,2.0\n"),
      "'bad.npy' begins with bytes 31 2e 30 2c 32 2e; a .npy file begins with 93 4e 55 4d 50 59",
      "write arrays with numpy.save",
    ],
    [
      "an .npz archive",
      bytesOf(refusedFiles.archive),
      "'bad.npy' begins with bytes 50 4b 03 04 2d 00; a .npy file begins with 93 4e 55 4d 50 59",
      "this is an .npz archive: save each array with numpy.save",
    ],
    [
      "a later version",
      Buffer.from("\x93NUMPY\x04\x00\x10\0\0\0", "latin1"),
      "'bad.npy' has .npy version 4.0; versions 1.0, 2.0 and 3.0 can be read",
      undefined,
    ],
    [
      "cut in the prefix",
      whole.slice(0, 9),
      "'bad.npy' is cut off: 9 of the 10 bytes of its header are there",
      "copy or save the file again",
    ],
    [
      "cut in the header",
      whole.slice(0, 50),
      "'bad.npy' is cut off: 50 of the 128 bytes of its header are there",
      "copy or save the file again",
    ],
    [
      "cut in the data",
      whole.slice(0, 142),
      "'bad.npy' is cut off: 14 of the 24 bytes of its shape (2, 3) are there",
      "copy or save the file again",
    ],
    [
      "no shape",
      dictionary("'shape': (2 3)"),
      `'bad.npy' has a malformed header: no 'shape' in "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}"`,
      undefined,
    ],
    [
      "no order",
      headed("{'descr': '<f4', 'shape': (2,)}"),
      `'bad.npy' has a malformed header: no 'fortran_order' in "{'descr': '<f4', 'shape': (2,)}"`,
      undefined,
    ],
    [
      "no dtype",
      headed("nonsense"),
      `'bad.npy' has a malformed header: no 'descr' in "nonsense"`,
      undefined,
    ],
    [
      "a shape beyond memory",
      dictionary("'shape': (1000000000, 1000000000)"),
      "'bad.npy' has the impossible shape (1000000000, 1000000000)",
      undefined,
    ],
  ])("%s", (_, bytes, misfit, help) => {
    const path = folder.write("bad.npy", bytes);
    expect(readNpyHeader(path)).toEqual(help === undefined ? { misfit } : { misfit, help });
    expect(readNpy(path)).toEqual(readNpyHeader(path));
  });

  test.each([
    ["objects", "'bad.npy' holds dtype '|O' (Python objects)"],
    ["text", "'bad.npy' holds dtype '<U2' (text)"],
    ["records", "'bad.npy' holds dtype '[('a', '<i4'), ('b', '<f8')]' (records)"],
    ["complex", "'bad.npy' holds dtype '<c16' (complex numbers)"],
    ["half", "'bad.npy' holds dtype '<f2'"],
  ] as const)("dtype of %s", (key, misfit) => {
    expect(readNpyHeader(folder.write("bad.npy", bytesOf(refusedFiles[key])))).toEqual({
      misfit,
      help: "save it as float32, float64, an integer type or bool, as in a.astype('float32')",
    });
  });

  test("an integer that float64 can't hold", () => {
    expect(readNpy(folder.write("bad.npy", bytesOf(refusedFiles.huge)))).toEqual({
      misfit: "'bad.npy' holds 1152921504606846976, beyond the exact integers of float64",
    });
  });

  test("cut anywhere, a file is a misfit", () => {
    for (let length = 0; length < whole.length; length++) {
      const path = folder.write("cut.npy", whole);
      truncateSync(path, length);
      expect(readNpyHeader(path)).toHaveProperty("misfit");
    }
  });

  test("with any header byte changed, a file is read or refused, never a throw", () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(change, ([place, byte]) => {
        const bytes = whole.slice();
        bytes[place] = byte;
        const array = readNpy(folder.write("changed.npy", bytes));
        expect("misfit" in array || array.values.length === sizeOf(array.shape)).toBe(true);
      }),
    );
  });
});

describe("files that can't be read", () => {
  test("a missing one", () => {
    const path = join(folder.path, "missing.npy");
    expect(readNpyHeader(path)).toEqual({
      misfit: "there is no file 'missing.npy'",
      help: `looked for '${path}'; paths are relative to the .cflow file`,
    });
  });

  test("a folder", () => {
    const name = folder.path.split("/").at(-1);
    expect(readNpyHeader(folder.path)).toEqual({ misfit: `'${name}' is a folder, not a file` });
  });
});
