/** Against a server on this machine: archives of the published form, with digests of their own. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Download } from "../../src/data/download.js";
import { FetchError, fetchInto, lackingIn } from "../../src/data/fetch.js";
import { temporaryFolder } from "./folder.js";
import { datasetOf } from "./load.js";

const folder = temporaryFolder();

let base = "";
let answer: RequestListener = (_, response) => response.end();
const server = createServer((request, response) => answer(request, response));
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const content = (name: string) => Buffer.from(`what ${name} holds`);

const archives: Record<Download["form"], Buffer> = {
  file: content("a.txt"),
  zip: Buffer.from(
    zipSync({
      "root/a.txt": content("a.txt"),
      "root/b.bin": content("b.bin"),
      "root/old/a.txt": content("old"),
    }),
  ),
  "tar.gz": Buffer.alloc(0),
};
beforeAll(() => {
  const source = join(folder.path, "source");
  mkdirSync(join(source, "root"), { recursive: true });
  for (const name of ["a.txt", "b.bin", "c.html"]) {
    writeFileSync(join(source, "root", name), content(name));
  }
  archives["tar.gz"] = execFileSync("tar", ["-cz", "root"], { cwd: source });
});

function download(form: Download["form"], files: readonly string[]): Download {
  const bytes = archives[form];
  return {
    name: `published.${form}`,
    url: `${base}/published.${form}`,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    form,
    files,
    ...(form === "file" ? {} : { root: "root" }),
  };
}

let count = 0;
const destination = () => {
  count += 1;
  return join(folder.path, `to-${count}`);
};

test.each<[Download["form"], string[]]>([
  ["file", ["a.txt"]],
  ["zip", ["a.txt", "b.bin"]],
  ["tar.gz", ["a.txt", "b.bin"]],
])("a published %s is brought, checked and unpacked", async (form, files) => {
  const to = destination();
  const published = download(form, files);
  const asked: string[] = [];
  answer = ({ url }, response) => {
    asked.push(url!);
    response.end(archives[form]);
  };
  expect(lackingIn(published, to)).toEqual(files);
  const progress: number[] = [];
  await fetchInto(published, to, { progress: (received) => progress.push(received) });
  expect(lackingIn(published, to)).toEqual([]);
  expect(readdirSync(to).toSorted()).toEqual(files);
  for (const name of files) expect(readFileSync(join(to, name))).toEqual(content(name));
  expect(progress.at(-1)).toBe(published.bytes);
  expect(asked).toEqual([`/published.${form}`]);
});

test("a file that is there is kept as it is, and what it lacks comes beside it", async () => {
  const to = destination();
  mkdirSync(to);
  writeFileSync(join(to, "a.txt"), "my own");
  answer = (_, response) => response.end(archives.zip);
  const published = download("zip", ["a.txt", "b.bin"]);
  expect(lackingIn(published, to)).toEqual(["b.bin"]);
  await fetchInto(published, to);
  expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("my own");
  expect(readFileSync(join(to, "b.bin"))).toEqual(content("b.bin"));
  expect(readdirSync(to).toSorted()).toEqual(["a.txt", "b.bin"]);
});

test("redirections are followed, and compression of the transfer is left alone", async () => {
  const to = destination();
  answer = ({ url }, response) => {
    if (url !== "/there") response.writeHead(302, { location: "/there" }).end();
    else response.writeHead(200, { "content-encoding": "x-gzip" }).end(archives["tar.gz"]);
  };
  await fetchInto(download("tar.gz", ["b.bin"]), to, { url: `${base}/here` });
  expect(readFileSync(join(to, "b.bin"))).toEqual(content("b.bin"));
});

describe("nothing is kept", () => {
  const refused = async (published: Download, options = {}) => {
    const to = destination();
    const error = await fetchInto(published, to, options).catch((thrown: unknown) => thrown);
    expect(readdirSync(to)).toEqual([]);
    const { name, message, help } = error as FetchError;
    return { name, message, help: help?.replace(to, "DIR") };
  };
  const otherwise = "give a mirror with --from, or put a.txt into 'DIR' by other means";
  const look = () => `nothing of it was kept: see what ${base}/published.file is`;

  test("of a file with another digest", async () => {
    const published = download("file", ["a.txt"]);
    const other = Buffer.from(archives.file);
    other[3]! ^= 1;
    answer = (_, response) => response.end(other);
    const digest = createHash("sha256").update(other).digest("hex");
    expect(await refused(published)).toMatchObject({
      message: `what came as 'published.file' has SHA-256 ${digest}; the published file has SHA-256 ${published.sha256}`,
      help: look(),
    });
  });

  test.each([
    ["a shorter one", archives.file.subarray(1), "15 bytes"],
    ["a longer one", Buffer.concat([archives.file, archives.file]), "more bytes"],
  ])("of %s", async (_, body, has) => {
    answer = (_request, response) => response.end(body);
    expect(await refused(download("file", ["a.txt"]))).toMatchObject({
      message: `what came as 'published.file' has ${has}; the published file has 16 bytes`,
      help: look(),
    });
  });

  test("of one that breaks off", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": "16" });
      response.write(archives.file.subarray(0, 4), () => response.destroy());
    };
    const published = download("file", ["a.txt"]);
    expect(await refused(published)).toMatchObject({
      message: `'published.file' cannot be had from ${published.url}: the connection broke off (ECONNRESET)`,
      help: otherwise,
    });
  });

  test("where the server has none", async () => {
    answer = (_, response) => response.writeHead(404).end("<html>");
    const published = download("file", ["a.txt"]);
    expect(await refused(published)).toMatchObject({
      message: `'published.file' cannot be had from ${published.url}: it answers 404 Not Found`,
      help: otherwise,
    });
  });

  test("where it only redirects", async () => {
    answer = (_, response) => response.writeHead(301, { location: "/on" }).end();
    expect(await refused(download("file", ["a.txt"]))).toMatchObject({
      message: expect.stringMatching(/it answers 301 Moved Permanently$/),
    });
  });

  test.each<[string, RequestListener]>([
    ["answers", () => {}],
    ["goes on", (_, response) => void response.writeHead(200).write(archives.file.subarray(0, 4))],
  ])("where nobody %s", async (_, listener) => {
    answer = listener;
    const published = download("file", ["a.txt"]);
    expect(await refused(published, { patience: 50 })).toMatchObject({
      message: `'published.file' cannot be had from ${published.url}: nothing came for 0.05 s`,
      help: otherwise,
    });
  });

  test("where it redirects to what is no web page", async () => {
    answer = (_, response) => response.writeHead(301, { location: "ftp://127.0.0.1/a" }).end();
    expect(await refused(download("file", ["a.txt"]))).toMatchObject({
      message: expect.stringContaining('Protocol "ftp:" not supported'),
    });
  });

  test("where nobody listens", async () => {
    const url = "http://127.0.0.1:1/published.file";
    expect(await refused(download("file", ["a.txt"]), { url })).toMatchObject({
      message: `'published.file' cannot be had from ${url}: nobody answers there (ECONNREFUSED)`,
      help: otherwise,
    });
  });

  test("of an archive that lacks a file", async () => {
    answer = (_, response) => response.end(archives.zip);
    expect(await refused(download("zip", ["a.txt", "c.html"]))).toMatchObject({
      message: "'published.zip' holds no 'root/c.html'",
      help: undefined,
    });
  });

  test("of what is interrupted", async () => {
    const stop = new AbortController();
    answer = (_, response) => {
      response.writeHead(200);
      response.write(archives.file.subarray(0, 4), () => stop.abort());
    };
    expect(await refused(download("file", ["a.txt"]), { signal: stop.signal })).toMatchObject({
      name: "AbortError",
    });
  });
});

describe("a folder that files can't be put into is said", () => {
  test("because a file is in its way", async () => {
    const file = folder.write("a-file", content("a"));
    const below = join(file, "below");
    for (const [to, why] of [
      [file, "a file of that name is in the way (EEXIST)"],
      [below, "part of the path is a file, not a folder (ENOTDIR)"],
    ] as const) {
      await expect(fetchInto(download("file", ["a.txt"]), to)).rejects.toThrow(
        new FetchError(`files cannot be put into '${to}': ${why}`),
      );
    }
    expect(readFileSync(file)).toEqual(content("a"));
    expect(existsSync(below)).toBe(false);
  });

  test("because it was removed meanwhile", async () => {
    const to = destination();
    answer = (_, response) => {
      rmSync(to, { recursive: true });
      response.end(archives.file);
    };
    await expect(fetchInto(download("file", ["a.txt"]), to)).rejects.toThrow(
      new FetchError(`files cannot be put into '${to}': the folder was removed (ENOENT)`),
    );
  });
});

test("the published files are those that the datasets read", () => {
  expect(datasetOf("cifar10").downloads!.flatMap(({ files }) => files)).toEqual([
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
  ]);
  expect(datasetOf("sst2").downloads!.flatMap(({ files }) => files)).toEqual([
    "train.tsv",
    "dev.tsv",
    "vocab.txt",
  ]);
});
