/**
 * Variants: what depends on sweeps is resolved once for each combination of their values, in a context
 * in which the swept names have these, and is called after them, as `eos[lr=0.02]`. What depends on
 * none has one variant, under its own name.
 */
import { error } from "../codes.js";
import type { Declaration } from "../syntax/tree.js";
import type { Binding, Context } from "./context.js";
import { sweepsUsed } from "./dependencies.js";
import { type Overrides, paramTable } from "./params.js";
import { isSweep, resolveSweeps, type Sweep } from "./sweeps.js";

/** What contexts are made of. */
export type Base = Omit<Context, "param" | "once" | "variantLabel" | "variant">;

export interface Study {
  readonly sweeps: readonly Sweep[];
  /** A context for each variant of a declaration. The first sweep varies the slowest. */
  variants(declaration: Declaration): readonly Context[];
}

/** Which of the values of each sweep. */
type Cell = ReadonlyMap<string, number>;

/** More combinations are taken for a mistake. */
const mostVariants = 10_000;

const swept = {
  misfit: "it is swept",
  help: "the values of a sweep are made of numbers and of params that are not swept",
};

export function studyOf(base: Base, overrides: Overrides): Study {
  const { declarations, report } = base;
  const isSwept = (name: string) => {
    const definition = declarations.params.get(name);
    return definition !== undefined && isSweep(definition, overrides.get(name));
  };
  const uses = sweepsUsed(declarations, ({ name }) => isSwept(name!.text));
  const contexts = new Map<string, Context>();
  const made = new Map<Declaration, Map<string, unknown>>();

  /** A cell as far as a declaration depends on it. */
  function restricted(cell: Cell, declaration: Declaration): Cell {
    const used = uses(declaration);
    return new Map([...cell].filter(([name]) => used.has(name)));
  }

  function contextAt(cell: Cell): Context {
    const key = keyOf(cell);
    let context = contexts.get(key);
    if (context === undefined) {
      context = makeContext(cell);
      contexts.set(key, context);
    }
    return context;
  }

  function makeContext(cell: Cell): Context {
    const sweptValue = (name: string): Binding | undefined => {
      if (!isSwept(name)) return undefined;
      const index = cell.get(name);
      if (index === undefined) return { value: undefined, absent: swept };
      return sweeps.get(name)!.values[index]!.binding;
    };
    const context: Context = {
      ...base,
      param: paramTable(declarations.params, overrides, sweptValue, () => context),
      once<T>(declaration: Declaration, make: () => T): T {
        const key = keyOf(restricted(cell, declaration));
        const variants = made.get(declaration) ?? new Map<string, unknown>();
        made.set(declaration, variants);
        if (!variants.has(key)) variants.set(key, make());
        return variants.get(key) as T;
      },
      variantLabel: (declaration) => {
        const texts = [...restricted(cell, declaration)].map(
          ([name, index]) => `${name}=${sweeps.get(name)!.values[index]!.text}`,
        );
        return texts.length === 0 ? "" : `[${texts.join(",")}]`;
      },
      variant: (declaration) =>
        Object.fromEntries(
          [...restricted(cell, declaration)].map(([name, index]) => [
            name,
            sweeps.get(name)!.values[index]!.binding.value,
          ]),
        ),
    };
    return context;
  }

  const sweeps: ReadonlyMap<string, Sweep> = resolveSweeps(makeContext(new Map()), overrides);

  return {
    sweeps: [...sweeps.values()],
    variants(declaration) {
      const used = uses(declaration);
      const own = [...sweeps.values()].filter(({ name }) => used.has(name));
      const count = own.reduce((product, { values }) => product * values.length, 1);
      if (count <= mostVariants) return cells(own).map(contextAt);
      const names = own.map(({ name }) => `\`${name}\``).join(", ");
      const { span } = declarations.params.get(own[0]!.name)!.name!;
      report(
        error("CF1209", span, `${names} have ${count} combinations of values`, {
          help: `there can be ${mostVariants}; sweep fewer values at once`,
        }),
      );
      return [contextAt(new Map(own.map(({ name }) => [name, 0])))];
    },
  };
}

function cells(sweeps: readonly Sweep[]): Cell[] {
  let all: [string, number][][] = [[]];
  for (const { name, values } of sweeps) {
    all = all.flatMap((cell) => values.map((_, i): [string, number][] => [...cell, [name, i]]));
  }
  return all.map((cell) => new Map(cell));
}

function keyOf(cell: Cell): string {
  return [...cell].join(" ");
}
