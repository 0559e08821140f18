/** Reading files the user named, with what can go wrong as data. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { isMisfit, type Misfit } from "../dsl/vocabulary.js";

/** An open file: reads at most what is asked for, less only at the end of the file. */
export interface OpenFile {
  /** Size in bytes. */
  readonly size: number;
  read(position: number, length: number): Uint8Array<ArrayBuffer>;
}

/** Opens a file for the duration of `use`; a file that can't be read is a misfit. */
export function withFile<T extends object>(path: string, use: (file: OpenFile) => T): T | Misfit {
  let descriptor: number | undefined;
  try {
    const opened = openSync(path, "r");
    descriptor = opened;
    const stat = fstatSync(opened);
    if (stat.isDirectory()) return { misfit: `'${basename(path)}' is a folder, not a file` };
    return use({
      size: stat.size,
      read: (position, length) => readFully(opened, position, length),
    });
  } catch (error) {
    const misfit = unreadable(path, error as NodeJS.ErrnoException);
    if (misfit === undefined) throw error;
    return misfit;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The lines of a UTF-8 text, without their ends; a mark of byte order and a last empty line are dropped. */
export function readLines(path: string): string[] | Misfit {
  return withFile(path, (file) => {
    const text = new TextDecoder().decode(file.read(0, file.size));
    const lines = text.split(/\r?\n/);
    if (lines.at(-1) === "") lines.pop();
    return lines;
  });
}

/** Hex SHA-256 of a file's contents. */
export function digestOf(path: string): string | Misfit {
  const digest = withFile(path, (file) => {
    const hash = createHash("sha256");
    for (let position = 0; position < file.size; position += chunkSize) {
      hash.update(file.read(position, Math.min(chunkSize, file.size - position)));
    }
    return { hex: hash.digest("hex") };
  });
  return isMisfit(digest) ? digest : digest.hex;
}

/** The digest of a file that has been described. @throws if it can't be read any more */
export function identityOf(path: string): string {
  const digest = digestOf(path);
  if (typeof digest !== "string") throw new Error(digest.misfit);
  return digest;
}

const chunkSize = 2 ** 20;

function readFully(descriptor: number, position: number, length: number) {
  const bytes = new Uint8Array(length);
  let filled = 0;
  // One read call returns at most 2 GiB.
  while (filled < length) {
    const wanted = Math.min(length - filled, 2 ** 30);
    const got = readSync(descriptor, bytes, filled, wanted, position + filled);
    if (got === 0) return bytes.slice(0, filled);
    filled += got;
  }
  return bytes;
}

function unreadable(path: string, error: NodeJS.ErrnoException): Misfit | undefined {
  const name = basename(path);
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return {
        misfit: `there is no file '${name}'`,
        help: `looked for '${path}'; paths are relative to the .cflow file`,
      };
    case "EACCES":
    case "EPERM":
      return {
        misfit: `'${name}' cannot be read: permission denied`,
        help: `make '${path}' readable`,
      };
    default:
      return error.code === undefined
        ? undefined
        : { misfit: `'${name}' cannot be read: ${error.message}` };
  }
}
