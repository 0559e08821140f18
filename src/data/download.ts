/** What a dataset's published files are and where they come from; plain data, read by `cflow fetch`. */
import { basename, dirname } from "node:path";
import type { Misfit } from "../dsl/vocabulary.js";

export interface Download {
  /** The name under which it is published, as a mirror has it too. */
  readonly name: string;
  readonly url: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Hex, of the whole file. */
  readonly sha256: string;
  readonly form: "file" | "tar.gz" | "zip";
  /** The names of the files that it brings, which lie in the folder `root` of an archive. */
  readonly files: readonly string[];
  readonly root?: string;
}

/** Of a file that the setting `folder` lacks: where it belongs, and where it comes from. */
export function missingFile(
  dataset: string,
  path: string,
  { name, bytes, sha256 }: Download,
): Misfit {
  const folder = dirname(path);
  return {
    misfit: `there is no file '${basename(path)}' in the folder '${basename(folder)}'`,
    help:
      `'cflow fetch ${dataset} --to ${folder}' brings it; ` +
      `it is published in ${name}, ${bytes} bytes, SHA-256 ${sha256}`,
    setting: "folder",
  };
}
