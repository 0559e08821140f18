/**
 * Writing that survives a crash: bytes are on the disk before the name that promises them is.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Put } from "./arrow/ipc.js";

/** Of a written file; `sha256` in hex, `size` in bytes. */
export interface Digest {
  readonly size: number;
  readonly sha256: string;
}

export function writeFully(file: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.byteLength) done += writeSync(file, bytes, done);
}

/** Writes a new file whose bytes are on the disk when the promise resolves. */
export async function writeDurably(
  path: string,
  write: (put: Put) => void | Promise<void>,
): Promise<Digest> {
  const hash = createHash("sha256");
  let size = 0;
  const file = openSync(path, "w");
  try {
    await write((bytes) => {
      writeFully(file, bytes);
      hash.update(bytes);
      size += bytes.byteLength;
    });
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { size, sha256: hash.digest("hex") };
}

/** Replaces a file by another in one step: a reader, or a crash, sees the old or the new one. */
export async function replaceDurably(
  path: string,
  write: (put: Put) => void | Promise<void>,
): Promise<Digest> {
  const next = `${path}.next`;
  const digest = await writeDurably(next, write);
  renameSync(next, path);
  syncFolder(dirname(path));
  return digest;
}

export async function writeTextDurably(path: string, text: string): Promise<Digest> {
  return writeDurably(path, (put) => put(Buffer.from(text)));
}

/** Makes the names in a folder durable. Windows has no such call and does it by itself. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The most that one read call takes is below 2 GiB; files may be larger. */
const readPiece = 2 ** 26;

/** A file's bytes, some at a time; each array is good until the next. */
export function* pieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  const buffer = new Uint8Array(Math.min(readPiece, Math.max(1, statSync(path).size)));
  try {
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads a file whole, with its digest. The array begins at its buffer's start, as Arrow likes it. */
export function readWithDigest(path: string): { bytes: Uint8Array; digest: Digest } {
  const bytes = new Uint8Array(statSync(path).size);
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  let done = 0;
  try {
    while (done < bytes.byteLength) {
      const count = readSync(file, bytes, done, Math.min(readPiece, bytes.byteLength - done), done);
      if (count === 0) break;
      hash.update(bytes.subarray(done, done + count));
      done += count;
    }
  } finally {
    closeSync(file);
  }
  return { bytes, digest: { size: done, sha256: hash.digest("hex") } };
}

/** Parsed JSON, or undefined where there is no such file. Throws a SyntaxError for other text. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
