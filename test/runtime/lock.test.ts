import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { lockFile } from "../../src/runtime/layout.js";
import { identify, isAlive, tryLock } from "../../src/runtime/lock.js";
import { run, stepOf, temporaryCache, temporaryFolder, walkGraph } from "./harness.js";

function lockPath(): string {
  return join(temporaryFolder(), "locks", "a.json");
}

/** A process that has ended. */
async function deadOwner() {
  const child = execa("true");
  const owner = identify(child.pid!);
  await child;
  return owner;
}

function writeLock(path: string, ...owners: readonly object[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ token: "t", owners, since: "" }));
}

describe("a lock", () => {
  it("is held by one, named, until it is released", () => {
    const path = lockPath();
    const first = tryLock(path);
    expect(tryLock(path)).toEqual({ held: false, path, owner: identify(process.pid) });
    if (first.held) first.lock.release();
    expect(tryLock(path).held).toBe(true);
  });

  it("is taken over from a dead owner", async () => {
    const path = lockPath();
    writeLock(path, await deadOwner());
    expect(tryLock(path).held).toBe(true);
    expect(JSON.parse(readFileSync(path, "utf8")).owners).toEqual([identify(process.pid)]);
    expect(existsSync(`${path}.takeover`)).toBe(false);
  });

  it("tells who it was taken over from", async () => {
    const path = lockPath();
    const owners = [await deadOwner(), await deadOwner()];
    writeLock(path, ...owners);
    expect(tryLock(path)).toMatchObject({ held: true, dead: owners });
    expect(tryLock(lockPath())).not.toHaveProperty("dead");
  });

  it("leaves nothing when it is released, whoever died at it", async () => {
    const path = lockPath();
    const first = tryLock(path);
    writeLock(`${path}.takeover`, await deadOwner());
    writeLock(`${path}.takeover.takeover`, await deadOwner());
    writeFileSync(`${path}.next`, "half of a reco");
    if (first.held) first.lock.release();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it("is not released by who has lost it", () => {
    const path = lockPath();
    const first = tryLock(path);
    const other = { pid: 1, host: `not-${hostname()}` };
    writeLock(path, other);
    if (first.held) first.lock.release();
    expect(tryLock(path)).toEqual({ held: false, path, owner: other });
  });

  it.each(["", "{", "{}", "null", '{"owners":1}', "\0\0\0"])(
    "is taken over if a crash has left %j of it",
    (text) => {
      const path = lockPath();
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, 0, 0);
      expect(tryLock(path).held).toBe(true);
    },
  );

  it("is taken over even if a taker died at it", async () => {
    const path = lockPath();
    writeLock(path, await deadOwner());
    writeLock(`${path}.takeover`, await deadOwner());
    expect(tryLock(path).held).toBe(true);
  });

  it("stays with a worker that outlives its driver", async () => {
    const path = lockPath();
    const worker = identify(process.pid);
    writeLock(path, await deadOwner(), worker);
    expect(tryLock(path)).toEqual({ held: false, path, owner: worker });
  });

  it("names a process that it was shared with", async () => {
    const path = lockPath();
    const child = execa("sleep", ["60"]);
    const locking = tryLock(path);
    if (locking.held) locking.lock.share(child.pid!);
    const { owners } = JSON.parse(readFileSync(path, "utf8"));
    expect(owners).toEqual([identify(process.pid), identify(child.pid!)]);
    child.kill();
    await child.catch(() => {});
  });

  it("is respected where its owner cannot be seen", () => {
    const path = lockPath();
    const elsewhere = { pid: 1, host: `not-${hostname()}` };
    writeLock(path, elsewhere);
    expect(tryLock(path)).toEqual({ held: false, path, owner: elsewhere });
  });

  it("is respected while it is being written, and taken over if it never was", () => {
    const path = lockPath();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    expect(tryLock(path)).toEqual({ held: false, path });
    utimesSync(path, 0, 0);
    expect(tryLock(path).held).toBe(true);
  });

  it.runIf(existsSync("/proc/self/stat"))("tells a process from a later one of its id", () => {
    const self = identify(process.pid);
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, birth: "another boot/1" })).toBe(false);
  });
});

it("a run takes over what a killed run was making", async () => {
  const cache = temporaryCache();
  const graph = walkGraph(20);
  writeLock(lockFile(cache, stepOf(graph, "walk").fingerprint), await deadOwner());
  const { status, events } = await run(graph, cache);
  expect(status.walk).toBe("ran");
  expect(events.filter(({ type }) => type === "waiting")).toEqual([]);
});
