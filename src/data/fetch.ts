/**
 * Brings published files: each is downloaded beside its destination, compared with its published
 * size and SHA-256, and only then unpacked, so that a folder gets the published files or none.
 */
import { createHash } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import type { Download } from "./download.js";

/** Why a file could not be brought. */
export class FetchError extends Error {}

export interface FetchOptions {
  /** Where the file is, if not where it is published; what is there is checked all the same. */
  readonly url?: string;
  /** Told of the bytes so far. */
  readonly progress?: (received: number) => void;
  readonly signal?: AbortSignal;
}

/** Whether a folder has all of its files; they aren't looked into. */
export function isThere({ files }: Download, folder: string): boolean {
  return files.every((name) => existsSync(join(folder, name)));
}

/** @throws FetchError if the file can't be had, or is not the published one */
export async function fetchInto(
  download: Download,
  folder: string,
  options: FetchOptions = {},
): Promise<void> {
  const workplace = workplaceIn(folder);
  try {
    const path = join(workplace, "published");
    await receive(download, path, options);
    await unpack(download, path, workplace);
    for (const name of download.files) renameSync(join(workplace, name), join(folder, name));
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

function workplaceIn(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return mkdtempSync(join(folder, ".fetch-"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FetchError(`files cannot be put into '${folder}': ${code}`);
  }
}

async function receive(download: Download, path: string, options: FetchOptions): Promise<void> {
  const { name, bytes, sha256 } = download;
  const { url = download.url, progress, signal } = options;
  const hash = createHash("sha256");
  let received = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length;
      hash.update(chunk);
      progress?.(received);
      // Not the published file: there is no need for the rest.
      if (received > bytes) done(differs(name, "more bytes", `${bytes} bytes`));
      else done(null, chunk);
    },
  });
  try {
    const body = await request(url, signal);
    await pipeline(body, check, createWriteStream(path), signal ? { signal } : {});
  } catch (error) {
    if (error instanceof FetchError || signal?.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FetchError(`'${name}' cannot be had from ${url}: ${code ?? message}`);
  }
  if (received < bytes) throw differs(name, `${received} bytes`, `${bytes} bytes`);
  const digest = hash.digest("hex");
  if (digest !== sha256) throw differs(name, `SHA-256 ${digest}`, `SHA-256 ${sha256}`);
}

function differs(name: string, has: string, published: string): FetchError {
  return new FetchError(`what came as '${name}' has ${has}; the published file has ${published}`);
}

const patience = 60_000;

/**
 * The body as it is sent: servers may declare an archive's own compression as the transfer's, which
 * global `fetch` would undo.
 */
async function request(
  url: string,
  signal: AbortSignal | undefined,
  redirects = 5,
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const { get } = url.startsWith("https:") ? https : http;
    const sent = get(url, { ...(signal && { signal }), timeout: patience }, resolve);
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${patience / 1000} s`)));
  });
  const { statusCode = 0, statusMessage, headers } = response;
  if (statusCode === 200) return response;
  response.destroy();
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirects > 0) {
    return request(new URL(headers.location, url).href, signal, redirects - 1);
  }
  throw new Error(`it answers ${statusCode} ${statusMessage}`);
}

/** Puts the files, by their names, into a folder. */
async function unpack(download: Download, path: string, folder: string): Promise<void> {
  const { name, form, files, root } = download;
  if (form === "file") {
    renameSync(path, join(folder, files[0]!));
    return;
  }
  const members = files.map((file) => (root === undefined ? file : `${root}/${file}`));
  const bytes = readFileSync(path);
  const contents = form === "zip" ? await unzip(bytes, members) : await untar(bytes, members);
  for (const [i, file] of files.entries()) {
    const content = contents.get(members[i]!);
    if (content === undefined) throw new FetchError(`'${name}' holds no '${members[i]}'`);
    writeFileSync(join(folder, file), content);
  }
}

type Contents = ReadonlyMap<string, Uint8Array>;

async function unzip(archive: Uint8Array, members: readonly string[]): Promise<Contents> {
  const { unzipSync } = await import("fflate");
  return new Map(
    Object.entries(unzipSync(archive, { filter: ({ name }) => members.includes(name) })),
  );
}

async function untar(archive: Uint8Array, members: readonly string[]): Promise<Contents> {
  const { parseTar } = await import("nanotar");
  const filter = ({ name }: { name: string }) => members.includes(name);
  const found = parseTar(gunzipSync(archive), { filter });
  return new Map(found.flatMap(({ name, data }) => (data ? [[name, data] as const] : [])));
}
