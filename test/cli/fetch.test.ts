/** `cflow fetch` against a server on this machine, which has nothing that was published. */
import { mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ended, workspace } from "../support/workspace.js";

const { write, cflow, start, path } = workspace();

const asked: string[] = [];
let base = "";
const server = createServer(({ url }, response) => {
  asked.push(url!);
  if (url!.includes("/slow/")) response.writeHead(200).write("as far as this");
  else if (url!.endsWith(".zip")) response.writeHead(404).end();
  else response.end("<html>Please accept our terms first.</html>");
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("refuses what is not the published file, and keeps nothing of it", async () => {
  const ended = await cflow("fetch", "cifar10", "--to", "data", "--from", `${base}/mirror`);
  expect(ended).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr:
      `${base}/mirror/cifar-10-binary.tar.gz, 170,052,171 bytes\n` +
      "error: what came as 'cifar-10-binary.tar.gz' has 43 bytes; the published file has 170052171 bytes\n" +
      `  help: nothing of it was kept: see what ${base}/mirror/cifar-10-binary.tar.gz is\n`,
  });
  expect(asked).toEqual(["/mirror/cifar-10-binary.tar.gz"]);
  expect(readdirSync(join(path, "data"))).toEqual([]);
});

it("brings only what isn't there", async () => {
  mkdirSync(join(path, "SST-2"));
  write("SST-2/vocab.txt", "[PAD]\n");
  const missing = await cflow("fetch", "sst2", "--to", "SST-2", "--from", base);
  expect(missing).toMatchObject({
    exitCode: 1,
    stderr:
      `${base}/SST-2.zip, 7,439,277 bytes\n` +
      `error: 'SST-2.zip' cannot be had from ${base}/SST-2.zip: it answers 404 Not Found\n` +
      `  help: give a mirror with --from, or put train.tsv, dev.tsv into '${join(path, "SST-2")}' by other means\n`,
  });
  write("SST-2/train.tsv", "sentence\tlabel\n");
  write("SST-2/dev.tsv", "sentence\tlabel\n");
  expect(await cflow("fetch", "sst2", "--to", "SST-2", "--from", base)).toMatchObject({
    exitCode: 0,
    stdout:
      "SST-2.zip: train.tsv, dev.tsv already in SST-2\nvocab.txt: vocab.txt already in SST-2\n",
    stderr: "",
  });
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("stopped by %s it keeps nothing of what has come", async (signal, exitCode) => {
  const call = start("fetch", "cifar10", "--to", signal, "--from", `${base}/slow/${signal}`);
  const seen = () => asked.some((url) => url.startsWith(`/slow/${signal}`));
  await expect.poll(seen, { timeout: 10_000 }).toBe(true);
  call.kill(signal);
  expect(ended(await call)).toMatchObject({ exitCode, stdout: "" });
  expect(readdirSync(join(path, signal))).toEqual([]);
});

it.each([
  [
    ["fetch", "mnist", "--to", "data"],
    "there is nothing to fetch for 'mnist'\n  help: files are published for 'cifar10' and 'sst2'",
  ],
  [
    ["fetch", "cifar10", "--to", "data", "--from", "mirror"],
    "'mirror' is no URL\n  help: give the http or https address of a folder",
  ],
  [["fetch", "cifar10"], "required option '--to <dir>' not specified\n(see cflow fetch --help)"],
])("%s is a bad call", async (args, message) => {
  expect(await cflow(...args)).toMatchObject({ exitCode: 2, stderr: `error: ${message}\n` });
});

it("check names the file that is missing and the command that brings it", async () => {
  write(
    "images.cflow",
    `dataset images = cifar10 { folder = "cifar-10-batches-bin" }
model net = flatten -> dense(outputs)
flow eos { dataset = images  model = net  loss = mse  optimizer = gd { lr = 0.1 }  steps = 2  discrete }
`,
  );
  const { exitCode, stderr } = await cflow("check", "images.cflow");
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    "error[CF1601]: there is no file 'data_batch_1.bin' in the folder 'cifar-10-batches-bin'",
  );
  expect(stderr).toContain("help: 'cflow fetch cifar10 --to ");
});

it("and all that is wrong besides, since the shapes of images are known without it", async () => {
  write(
    "images.cflow",
    `dataset images = cifar10 { folder = "cifar-10-batches-bin"  classes = 4 }
model net = dense(8) -> dense(outputs)
flow eos { dataset = images  model = net  loss = mse  optimizer = gd { lr = 0.1 }  steps = 2  discrete }
expect "a claim about nothing" { final(eos.central.train_loss) < 1 }
`,
  );
  const { stderr } = await cflow("check", "images.cflow");
  expect([...stderr.matchAll(/error\[(CF\d+)\]/g)].map(([, code]) => code)).toEqual([
    "CF1601",
    "CF1402",
    "CF1502",
  ]);
});
