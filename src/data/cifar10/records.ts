/**
 * The binary version of CIFAR-10 (A. Krizhevsky, "Learning Multiple Layers of Features from Tiny
 * Images", 2009): files of records, each a label byte 0, …, 9 and then the red, the green and the
 * blue plane of a 32 × 32 image, row by row.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { type Download, missingFile } from "../download.js";
import { type OpenFile, withFile } from "../file.js";

export const side = 32;
export const channels = 3;
const pixels = side * side * channels;
const recordSize = 1 + pixels;

export const trainFiles = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
export const testFiles = ["test_batch.bin"];

export const classNames = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
] as const;

/** Size and digest are those of TensorFlow Datasets' checksums; the authors' page gives an MD5. */
export const archive: Download = {
  name: "cifar-10-binary.tar.gz",
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  bytes: 170_052_171,
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  form: "tar.gz",
  root: "cifar-10-batches-bin",
  files: [...trainFiles, ...testFiles],
};

/** The labels of all records, one array a file; no image is kept. */
export function readLabels(folder: string, names: readonly string[]): Uint8Array[] | Misfit {
  const all: Uint8Array[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (!existsSync(path)) return missingFile("cifar10", path, archive);
    const labels = withFile(path, (file) => labelsOf(file, name));
    if (isMisfit(labels)) {
      return { help: `take the file from ${archive.name}`, ...labels, setting: "folder" };
    }
    all.push(labels);
  }
  return all;
}

function labelsOf(file: OpenFile, name: string): Uint8Array | Misfit {
  const records = file.size / recordSize;
  if (records === 0 || !Number.isInteger(records)) {
    return {
      misfit: `'${name}' has ${file.size} bytes; a file of CIFAR-10 is records of ${recordSize} bytes`,
    };
  }
  const labels = new Uint8Array(records);
  const atOnce = 256;
  for (let first = 0; first < records; first += atOnce) {
    const count = Math.min(atOnce, records - first);
    const bytes = file.read(first * recordSize, count * recordSize);
    for (let i = 0; i < count; i++) labels[first + i] = bytes[i * recordSize]!;
  }
  const bad = labels.findIndex((label) => label >= classNames.length);
  if (bad < 0) return labels;
  return {
    misfit: `'${name}' holds the label ${labels[bad]} in record ${bad + 1}; labels are 0 to 9`,
  };
}

/** Calls `use` with the planes of each wanted record: numbers of a file's records from 0. */
export function readPlanes(
  path: string,
  wanted: readonly number[],
  use: (planes: Uint8Array, record: number) => void,
): Misfit | undefined {
  const done = withFile(path, (file) => {
    for (const record of wanted) use(file.read(record * recordSize + 1, pixels), record);
    return {};
  });
  return isMisfit(done) ? { ...done, setting: "folder" } : undefined;
}
