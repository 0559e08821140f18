/**
 * Writing that survives a crash: bytes are on the disk before the name that promises them is.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Receives bytes in order. */
export type Put = (bytes: Uint8Array) => void;

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
  const digest = growingDigest();
  const file = openSync(path, "w");
  try {
    await write((bytes) => {
      writeFully(file, bytes);
      digest.add(bytes);
    });
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return digest.now();
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

/** Makes a folder and those above it; their names are on the disk when it returns. */
export function makeFolderDurably(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    syncFolder(dirname(made));
  }
}

/** Bytes that are read at once: files may be larger than memory, and than one call takes. */
const piece = 2 ** 20;

/** The bytes [`from`, `to`) of a file, or as many of them as there are, some at a time. */
export function* pieces(
  path: string,
  { from = 0, to = Number.POSITIVE_INFINITY } = {},
): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    for (let at = from; at < to; ) {
      const bytes = new Uint8Array(Math.min(piece, to - at));
      const count = readSync(file, bytes, 0, bytes.byteLength, at);
      if (count === 0) return;
      at += count;
      yield bytes.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

/** A digest that grows with what is written. */
export interface GrowingDigest {
  add(bytes: Uint8Array): void;
  /** Of all bytes so far. */
  now(): Digest;
}

export function growingDigest(bytes: Iterable<Uint8Array> = []): GrowingDigest {
  const hash = createHash("sha256");
  let size = 0;
  const add = (more: Uint8Array) => {
    hash.update(more);
    size += more.byteLength;
  };
  for (const piece of bytes) add(piece);
  return { add, now: () => ({ size, sha256: hash.copy().digest("hex") }) };
}

/** Of a file's bytes, or of its first `size`. */
export function digestOf(path: string, size?: number): Digest {
  return growingDigest(pieces(path, size === undefined ? {} : { to: size })).now();
}

/** Reads a file whole, with its digest. The array begins at its buffer's start, as Arrow likes it. */
export function readWithDigest(path: string): { bytes: Uint8Array; digest: Digest } {
  const bytes = new Uint8Array(statSync(path).size);
  const digest = growingDigest();
  let done = 0;
  for (const piece of pieces(path, { to: bytes.byteLength })) {
    bytes.set(piece, done);
    digest.add(piece);
    done += piece.byteLength;
  }
  return { bytes, digest: digest.now() };
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
