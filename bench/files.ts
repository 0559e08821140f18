/** A case's arrays as .npy files, for peers to read; the folder is gone when the benchmark ends. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeNpy } from "../src/data/npy/index.js";
import type { OpenCase, Peered } from "./cases/case.js";

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cflow-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a peer is told of a case. */
export function writeCase(
  folder: string,
  given: Peered & { readonly name: string },
  open: OpenCase,
): object {
  const write = (name: string, shape: readonly number[], values: Float32Array) => {
    const path = join(folder, `${given.name}-${name}.npy`);
    writeFileSync(path, encodeNpy(shape, values));
    return path;
  };
  const flat = (name: string, values: Float32Array) => write(name, [values.length], values);
  return {
    ...given.peer,
    shapes: open.model.parameters.map(({ shape }) => shape),
    counted: open.counted,
    x: write("x", open.x.shape, open.x.values),
    y: write("y", open.y.shape, open.y.values),
    weights: flat("weights", open.weights),
    vectors: open.vectors.map((values, i) => flat(`v${i}`, values)),
  };
}
