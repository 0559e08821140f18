/**
 * Brings published files: each is downloaded beside its destination, compared with its published
 * size and SHA-256, and only then unpacked, so that a folder gets the published files or none. A
 * file that is there already is never replaced.
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

/** Why a file could not be brought, and what to do. */
export class FetchError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}

export interface FetchOptions {
  /** Where the file is, if not where it is published; what is there is checked all the same. */
  readonly url?: string;
  /** Told of the bytes so far. */
  readonly progress?: (received: number) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte after which it is given up. */
  readonly patience?: number;
}

/** Which of its files a folder lacks; those that it has aren't looked into. */
export function lackingIn({ files }: Download, folder: string): readonly string[] {
  return files.filter((name) => !existsSync(join(folder, name)));
}

/** @throws FetchError if the file can't be had, or is not the published one */
export async function fetchInto(
  download: Download,
  folder: string,
  options: FetchOptions = {},
): Promise<void> {
  let workplace: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    workplace = mkdtempSync(join(folder, ".fetch-"));
    const path = join(workplace, "published");
    await receive(download, path, folder, options);
    await unpack(download, path, workplace);
    for (const name of lackingIn(download, folder)) {
      renameSync(join(workplace, name), join(folder, name));
    }
  } catch (error) {
    if (!isOfDisk(error)) throw error;
    throw new FetchError(`files cannot be put into '${folder}': ${reasonOf(error)}`);
  } finally {
    if (workplace !== undefined) rmSync(workplace, { recursive: true, force: true });
  }
}

/** Of this machine's files, not of the connection. */
function isOfDisk(error: unknown): error is NodeJS.ErrnoException {
  const { code = "", path } = error as NodeJS.ErrnoException;
  return path !== undefined || ["ENOSPC", "EDQUOT", "EFBIG", "EIO"].includes(code);
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host, or no network",
  EAI_AGAIN: "the host's name cannot be looked up; is there a network?",
  ENETUNREACH: "no network leads there",
  EHOSTUNREACH: "no network leads there",
  ECONNREFUSED: "nobody answers there",
  ECONNRESET: "the connection broke off",
  ETIMEDOUT: "no answer came",
  EACCES: "permission denied",
  EROFS: "the file system is read-only",
  EEXIST: "a file of that name is in the way",
  ENOTDIR: "part of the path is a file, not a folder",
  ENOENT: "the folder was removed",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  const known = reasons[code];
  return known === undefined ? message || code : `${known} (${code})`;
}

async function receive(
  download: Download,
  path: string,
  folder: string,
  options: FetchOptions,
): Promise<void> {
  const { name, bytes, sha256, files } = download;
  const { url = download.url, progress, signal, patience = 60_000 } = options;
  const differs = (has: string, published: string) =>
    new FetchError(
      `what came as '${name}' has ${has}; the published file has ${published}`,
      `nothing of it was kept: see what ${url} is`,
    );
  const hash = createHash("sha256");
  let received = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length;
      hash.update(chunk);
      progress?.(received);
      // Not the published file: there is no need for the rest.
      if (received > bytes) done(differs("more bytes", `${bytes} bytes`));
      else done(null, chunk);
    },
  });
  try {
    const body = await request(url, patience, signal);
    await pipeline(body, check, createWriteStream(path), signal ? { signal } : {});
  } catch (error) {
    if (error instanceof FetchError || signal?.aborted || isOfDisk(error)) throw error;
    throw new FetchError(
      `'${name}' cannot be had from ${url}: ${reasonOf(error as Error)}`,
      `give a mirror with --from, or put ${files.join(", ")} into '${folder}' by other means`,
    );
  }
  if (received < bytes) throw differs(`${received} bytes`, `${bytes} bytes`);
  const digest = hash.digest("hex");
  if (digest !== sha256) throw differs(`SHA-256 ${digest}`, `SHA-256 ${sha256}`);
}

/**
 * The body as it is sent: servers may declare an archive's own compression as the transfer's, which
 * global `fetch` would undo.
 */
async function request(
  url: string,
  patience: number,
  signal: AbortSignal | undefined,
  redirects = 5,
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const { get } = url.startsWith("https:") ? https : http;
    let answer: IncomingMessage | undefined;
    const sent = get(url, { ...(signal && { signal }), timeout: patience }, (response) => {
      answer = response;
      resolve(response);
    });
    sent.on("error", reject);
    sent.on("timeout", () =>
      (answer ?? sent).destroy(new Error(`nothing came for ${patience / 1000} s`)),
    );
  });
  const { statusCode = 0, statusMessage, headers } = response;
  if (statusCode === 200) return response;
  response.destroy();
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirects > 0) {
    return request(new URL(headers.location, url).href, patience, signal, redirects - 1);
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
