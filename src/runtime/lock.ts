/**
 * One maker a stage: a lock is a file that can be created once, and names its owners. Readers never
 * lock. A lock whose owners are all dead is taken over; removing it is itself done under a lock, so
 * that of several takers none removes the new lock of another.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { errorCode } from "./files.js";

export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's terms: tells it from a later one of the same id. */
  readonly birth?: string;
}

interface LockRecord {
  readonly token: string;
  /** The driver, and the worker once there is one. */
  readonly owners: readonly Owner[];
  /** ISO 8601. */
  readonly since: string;
}

export interface Lock {
  /** Names a further process: the lock stays as long as it lives, even if this one dies. */
  share(pid: number): void;
  release(): void;
}

export type LockAttempt =
  /** `dead`: owners that it was taken over from. */
  | { readonly held: true; readonly lock: Lock; readonly dead?: readonly Owner[] }
  | { readonly held: false; readonly path: string; readonly owner?: Owner };

/** Takes the lock, or says who has it. Throws the file system's error where it can't be written. */
export function tryLock(path: string): LockAttempt {
  mkdirSync(dirname(path), { recursive: true });
  const token = randomUUID();
  const since = new Date().toISOString();
  const text = (owners: Owner[]) => `${JSON.stringify({ token, owners, since })}\n`;
  const self = identify(process.pid);
  const lock: Lock = {
    share(pid) {
      writeFileSync(next(path), text([self, identify(pid)]));
      renameSync(next(path), path);
    },
    release() {
      rmSync(next(path), { force: true });
      const found = read(path);
      if (typeof found !== "string" && found.token === token) rmSync(path, { force: true });
      // Who died at taking it over left this.
      if (existsSync(takeover(path))) {
        const left = tryLock(takeover(path));
        if (left.held) left.lock.release();
      }
    },
  };
  for (let dead: readonly Owner[] | undefined; ; ) {
    if (createExclusively(path, text([self]))) return { held: true, lock, ...(dead && { dead }) };
    const found = read(path);
    if (found === "gone") continue;
    if (found === "unfinished") return { held: false, path };
    const owner = found.owners.find(isAlive);
    if (owner) return { held: false, path, owner };
    if (!removeDead(path, found.token)) return { held: false, path };
    dead = found.owners;
  }
}

/** Files beside a lock: its next content, and the lock under which a dead owner's is removed. */
const next = (path: string) => `${path}.next`;
const takeover = (path: string) => `${path}.takeover`;

/** The lock that a file in the locks' folder is or belongs to. */
export function lockOf(path: string): string {
  return path.replace(/(\.next|\.takeover)+$/, "");
}

/** Removes a dead owner's lock unless somebody is at it; then false. */
function removeDead(path: string, token: string): boolean {
  const attempt = tryLock(takeover(path));
  if (!attempt.held) return false;
  try {
    const found = read(path);
    if (typeof found !== "string" && found.token === token) rmSync(path, { force: true });
    return true;
  } finally {
    attempt.lock.release();
  }
}

function createExclusively(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(file, text);
    return true;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** A lock is created and then written: for so long an empty one may be about to be. */
const writingTime = 10_000;

function read(path: string): LockRecord | "gone" | "unfinished" {
  try {
    const text = readFileSync(path, "utf8");
    const record = parse(text);
    if (record) return record;
    const age = Date.now() - statSync(path).mtimeMs;
    return age < writingTime ? "unfinished" : { token: text, owners: [], since: "" };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "gone";
    throw error;
  }
}

function parse(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as LockRecord;
    return Array.isArray(record.owners) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** An owner of a lock that lives; undefined where there is no lock, or all are dead. */
export function ownerOf(path: string): Owner | undefined {
  const found = read(path);
  return typeof found === "string" ? undefined : found.owners.find(isAlive);
}

export function identify(pid: number): Owner {
  const birth = kernelRecord(pid)?.birth;
  return { pid, host: hostname(), ...(birth !== undefined && { birth }) };
}

/** Whether a process lives, as far as can be known from here: one of another host counts as alive. */
export function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
  const record = kernelRecord(owner.pid);
  if (!record) return true;
  return !record.ended && (owner.birth === undefined || owner.birth === record.birth);
}

/** Boot and start time of a process (proc(5), `stat`); undefined where there is no /proc. */
function kernelRecord(pid: number): { birth: string; ended: boolean } | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses, which may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A process that nobody has waited for still has its id.
    return { birth: `${boot}/${fields[19]}`, ended: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}
