/** What zod found wrong with a setting, in the words of the language. */
import { z } from "zod";
import { type Code, type Details, error } from "../codes.js";
import type { Diagnostic, Span } from "../diagnostic.js";
import { nearest } from "../suggest.js";
import type { Expression } from "../syntax/tree.js";
import { show } from "./values.js";

type Issue = z.core.$ZodIssue;

interface Written {
  readonly name: string;
  readonly expression: Expression;
  readonly value: unknown;
}

/** An issue with one setting, placed at the setting's value or at the item of a list that is meant. */
export function settingProblem(issue: Issue, written: Written, details: Details): Diagnostic {
  const { subject, span, value } = locate(issue.path.slice(1), written);
  const inner = issue.code === "invalid_union" ? branch(issue) : undefined;
  if (inner !== undefined) {
    const path = [...issue.path, ...inner.path];
    return settingProblem({ ...inner, path }, written, details);
  }
  const custom = customMessage(issue);
  const message =
    custom === undefined
      ? `${subject} must be ${expected(issue)}, not ${show(value)}`
      : `${subject} is ${show(value)}: ${custom}`;
  return error(codeOf(issue), span, message, { ...details, ...choice(issue, value, span) });
}

function locate(
  path: readonly PropertyKey[],
  { name, expression, value }: Written,
): { subject: string; span: Span; value: unknown } {
  let subject = `\`${name}\``;
  let [part, inner] = [expression, value];
  for (const index of path) {
    if (typeof index !== "number" || !Array.isArray(inner) || index >= inner.length) break;
    subject = `item ${index + 1} of ${subject}`;
    if (part.form === "list") part = part.items[index]!;
    inner = inner[index];
  }
  return { subject, span: part.span, value: inner };
}

/** Of a choice of schemas, what the one says whose type the value has. */
function branch({ errors }: Extract<Issue, { code: "invalid_union" }>): Issue | undefined {
  const fitting = errors.find(
    (issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0),
  );
  return fitting?.[0];
}

/** What the author of a schema wrote, unless it is only zod's own text. */
function customMessage(issue: Issue): string | undefined {
  const { path: _path, message, ...raw } = issue;
  const own = z.config().localeError?.({ ...raw, path: issue.path } as z.core.$ZodRawIssue);
  const standard = typeof own === "string" ? own : own?.message;
  return message === standard && issue.code !== "custom" && issue.code !== "invalid_format"
    ? undefined
    : message;
}

function codeOf(issue: Issue): Code {
  if (issue.code === "invalid_union") {
    return issue.errors.every((each) => each[0]?.code === "invalid_type") ? "CF1304" : "CF1305";
  }
  return issue.code === "invalid_type" ? "CF1304" : "CF1305";
}

const typeNames: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a string in double quotes",
  boolean: "`true` or `false`",
  array: "a list",
  tuple: "a list",
};

function expected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      // Objects, which are calls, say what they are.
      if (issue.expected === "object") return issue.message;
      return typeNames[issue.expected] ?? `of type ${issue.expected}`;
    case "invalid_value":
      return alternatives(issue.values.map(show));
    case "too_small":
      return bound(issue.origin, issue.minimum, issue.inclusive, issue.exact, [
        "at least",
        "greater than",
      ]);
    case "too_big":
      return bound(issue.origin, issue.maximum, issue.inclusive, issue.exact, [
        "at most",
        "less than",
      ]);
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_union":
      return alternatives([...new Set(issue.errors.flatMap((each) => each.map(expected)))]);
    default:
      return `valid (${issue.message})`;
  }
}

function bound(
  origin: string,
  limit: number | bigint,
  inclusive: boolean | undefined,
  exact: boolean | undefined,
  [weak, strict]: readonly [string, string],
): string {
  const relation = exact === true ? "exactly" : inclusive === false ? strict : weak;
  if (origin === "array") return `a list of ${relation} ${limit} items`;
  if (origin === "string") return `a string of ${relation} ${limit} characters`;
  return `${relation} ${limit}`;
}

function alternatives(phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? "something else";
  return phrases.length < 2 ? last : `${phrases.slice(0, -1).join(", ")} or ${last}`;
}

/** For one of several strings: which one may have been meant. */
function choice(issue: Issue, value: unknown, span: Span): Pick<Details, "help" | "fix"> {
  if (issue.code !== "invalid_value" || typeof value !== "string") return {};
  const meant = nearest(
    value,
    issue.values.filter((each): each is string => typeof each === "string"),
  );
  if (meant === undefined) return {};
  const replacement = JSON.stringify(meant);
  return {
    help: `did you mean ${replacement}?`,
    fix: { title: `write ${replacement}`, span, replacement },
  };
}
