/**
 * Arguments with places for paths: `{flow}` stands for the folder of an input of that name, `{out}` for
 * the folder to write to. Doubled braces are braces.
 */
const pattern = /\{\{|\}\}|\{([^{}]*)\}/g;

/** The name of the folder that a program writes to. */
export const outPlace = "out";

/** The names that stand in braces. */
export function placesIn(argument: string): string[] {
  return [...argument.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

/** @param pathOf  gives the path of each name that stands in braces */
export function filled(argument: string, pathOf: (name: string) => string): string {
  return argument.replace(pattern, (text, name: string | undefined) =>
    name === undefined ? text[0]! : pathOf(name),
  );
}
