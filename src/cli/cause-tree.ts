/** Why a step is stale, in words, down to the roots: a tree in which every cause is told once. */
import { printable } from "../dsl/cells.js";
import { describeEngine, describeReason, type Reason } from "../plan/reasons.js";
import type { Cause } from "../plan/story.js";
import { showCount } from "./terminal.js";

interface Node {
  readonly text: string;
  readonly children: readonly Node[];
}

/** Lines of the tree. Inputs that changed alike stand together. */
export function causeTree(causes: readonly Cause[]): string[] {
  return branches(nodesOf(causes, new Set()));
}

/** @param told causes that were told already, and those of this tree in the end */
function nodesOf(causes: readonly Cause[], told: Set<string>): Node[] {
  const groups = new Map<string, Cause[]>();
  for (const cause of causes) {
    const alike = cause.causes.length > 0 ? cause.causes.map(keyOf).join("\n") : keyOf(cause);
    groups.set(alike, [...(groups.get(alike) ?? []), cause]);
  }
  return [...groups.values()].map((group): Node => {
    const [first] = group;
    const nested = first!.causes;
    if (nested.length === 0) return leaf(first!, told);
    const text = `${listed(group.map(({ reason }) => subject(reason)))} changed`;
    return nested.flatMap(roots).every((root) => told.has(keyOf(root)))
      ? { text: `${text}, as above`, children: [] }
      : { text, children: nodesOf(nested, told) };
  });
}

function leaf(cause: Cause, told: Set<string>): Node {
  const key = keyOf(cause);
  if (told.has(key)) return { text: `${subject(cause.reason)}, as above`, children: [] };
  told.add(key);
  return { text: inWords(cause), children: [] };
}

function roots(cause: Cause): readonly Cause[] {
  return cause.causes.length === 0 ? [cause] : cause.causes.flatMap(roots);
}

function keyOf({ reason, causes }: Cause): string {
  return [describeReason(reason), ...causes.map(keyOf)].join("\n");
}

/** What a reason speaks of. */
function subject(reason: Reason): string {
  switch (reason.form) {
    case "setting":
      return reason.path;
    case "input":
      return `'${(reason.after ?? reason.before)?.name}'`;
    default:
      return describeReason(reason);
  }
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function branches(nodes: readonly Node[], nested = false): string[] {
  return nodes.flatMap(({ text, children }, i) => {
    const last = i === nodes.length - 1;
    const [fork, bar] = !nested ? ["", ""] : last ? ["└─ ", "   "] : ["├─ ", "│  "];
    return [
      `${fork}${printable(text)}`,
      ...branches(children, true).map((line) => `${bar}${line}`),
    ];
  });
}

function inWords({ reason, replaces }: Cause): string {
  switch (reason.form) {
    case "never run":
      return "it was never run, nor anything of its kind";
    case "unfinished":
      return `it did not come to an end: ${reason.status}`;
    case "longer":
      return `it has ${reason.from} of ${showCount(reason.to, "row")}`;
    case "version":
      return `cflow computes it in another way now: version ${reason.after} of the step, after ${reason.before}`;
    case "engine":
      return `the engine is ${describeEngine(reason.after)}, and was ${describeEngine(reason.before)}`;
    case "input": {
      const { before, after } = reason;
      if (replaces) return `it reads '${after?.name}' in place of '${before?.name}'`;
      if (!before || !after) return `it ${describeReason(reason)}`;
      return `'${after.name}' changed, and what it was then is not known any more`;
    }
    case "input rows":
      return `it reads ${showCount(reason.after ?? 0, "row")} of '${reason.name}', after ${reason.before ?? 0}`;
    default:
      return describeReason(reason);
  }
}
