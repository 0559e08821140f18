import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { encodeNpy } from "../../src/data/npy/index.js";

export interface Folder {
  readonly path: string;
  /** Writes a file and returns its absolute path. */
  write(name: string, bytes: Uint8Array): string;
  /** Writes an array as .npy and returns its absolute path. */
  npy(
    name: string,
    shape: readonly number[],
    values: Float32Array | Float64Array | Int32Array,
  ): string;
}

/** A folder for one test file, removed after its last test. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "cflow-test-"));
  afterAll(() => rmSync(path, { recursive: true }));
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(path, name), bytes);
    return join(path, name);
  };
  return { path, write, npy: (name, shape, values) => write(name, encodeNpy(shape, values)) };
}
