/** The pages that users read, and what stands in their fences. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths in the repository. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`),
];

export interface Fence {
  /** As in ` ```cflow first.cflow `: the language, and what follows it. */
  readonly language: string;
  readonly name: string;
  readonly text: string;
  /** Of the first line of its text. */
  readonly line: number;
}

export function textOf(page: string): string {
  return readFileSync(`${root}${page}`, "utf8");
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  let open: { indent: string; language: string; name: string; line: number } | undefined;
  const lines: string[] = [];
  for (const [index, line] of textOf(page).split("\n").entries()) {
    const [, indent = "", info] = /^(\s*)```(.*)$/.exec(line) ?? [];
    if (info === undefined) {
      if (open) lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    } else if (open) {
      fences.push({ ...open, text: `${lines.splice(0).join("\n")}\n` });
      open = undefined;
    } else {
      const [language = "", ...rest] = info.trim().split(/\s+/);
      open = { indent, language, name: rest.join(" "), line: index + 2 };
    }
  }
  if (open) throw new Error(`${page}:${open.line} is a fence that is not closed`);
  return fences;
}

export interface Call {
  readonly line: string;
  /** After `npx cflow`. */
  readonly words: readonly string[];
}

export function callsOf(page: string): Call[] {
  return fencesOf(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => callsIn(text));
}

/** Lines of the shell that call cflow. */
export function callsIn(text: string): Call[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("npx cflow"))
    .map((line) => ({ line, words: wordsOf(line).slice(2) }));
}

/** Up to a comment, a pipe or a redirection. */
function wordsOf(line: string): string[] {
  const [command = ""] = line.split(/\s+[#|>]/);
  return (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    /^(['"]).*\1$/.test(word) ? word.slice(1, -1) : word,
  );
}
