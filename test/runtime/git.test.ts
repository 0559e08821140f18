import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gitCommit } from "../../src/runtime/git.js";
import { temporaryFolder } from "./harness.js";

const commit = "0123456789abcdef0123456789abcdef01234567";

/** A folder with these files in it. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("the commit of a folder", () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    [
      "of a branch",
      { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": commit },
      commit,
    ],
    [
      "of a packed branch",
      {
        ".git/HEAD": "ref: refs/heads/a\n",
        ".git/packed-refs": `# pack\n${commit} refs/heads/a\n`,
      },
      commit,
    ],
    ["of a detached head", { ".git/HEAD": `${commit}\n` }, commit],
    ["before the first commit", { ".git/HEAD": "ref: refs/heads/main\n" }, undefined],
    [
      "of a worktree",
      {
        ".git": "gitdir: main/worktrees/a\n",
        "main/worktrees/a/HEAD": "ref: refs/heads/main\n",
        "main/worktrees/a/commondir": "../..\n",
        "main/refs/heads/main": commit,
      },
      commit,
    ],
  ])("%s", (_, files, expected) => {
    const folder = folderOf(files);
    const inside = join(folder, "a", "b");
    mkdirSync(inside, { recursive: true });
    expect(gitCommit(inside)).toBe(expected);
  });
});
