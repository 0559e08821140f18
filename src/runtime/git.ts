/** Which commit a folder is at, read from git's own files: starting git would cost more than a run. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Hex commit of the checkout that holds `folder`; undefined outside of one, or before a commit. */
export function gitCommit(folder: string): string | undefined {
  try {
    const git = gitFolder(resolve(folder));
    if (!git) return undefined;
    const head = readFileSync(join(git, "HEAD"), "utf8").trim();
    return head.startsWith("ref: ") ? commitOf(git, head.slice(5)) : head;
  } catch {
    return undefined;
  }
}

function gitFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, ".git");
    const found = statSync(git, { throwIfNoEntry: false });
    if (found?.isDirectory()) return git;
    // In a worktree it is a file: `gitdir: PATH`.
    if (found)
      return resolve(
        at,
        readFileSync(git, "utf8")
          .trim()
          .replace(/^gitdir: /, ""),
      );
    if (at === dirname(at)) return undefined;
  }
}

function commitOf(git: string, ref: string): string | undefined {
  for (const folder of [git, commonFolder(git)]) {
    const loose = statSync(join(folder, ref), { throwIfNoEntry: false });
    if (loose) return readFileSync(join(folder, ref), "utf8").trim();
    const packed = join(folder, "packed-refs");
    if (!statSync(packed, { throwIfNoEntry: false })) continue;
    const line = readFileSync(packed, "utf8")
      .split("\n")
      .find((each) => each.endsWith(` ${ref}`));
    if (line) return line.split(" ")[0];
  }
  return undefined;
}

/** A worktree's branches are with the main checkout. */
function commonFolder(git: string): string {
  const common = join(git, "commondir");
  if (!statSync(common, { throwIfNoEntry: false })) return git;
  return resolve(git, readFileSync(common, "utf8").trim());
}
