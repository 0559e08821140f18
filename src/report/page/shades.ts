/** Colours of a role's curves where there are several members: one hue, from deep to pale. */

type Colour = readonly [light: string, dark: string];

/** How far the first and the last member are from the role's own colour. */
const [deepest, palest] = [0.35, 0.5];

/** On white paper the first is deepest, on black the first is palest: it is the one that stands out. */
export function shade(
  { light, dark }: { light: string; dark: string },
  member: number,
  of: number,
): Colour {
  if (of < 2) return [light, dark];
  const place = member / (of - 1);
  return [between(light, place, "#000000", "#ffffff"), between(dark, place, "#ffffff", "#000000")];
}

function between(colour: string, place: number, near: string, far: string): string {
  return place < 0.5
    ? mix(colour, near, deepest * (1 - 2 * place))
    : mix(colour, far, palest * (2 * place - 1));
}

function mix(colour: string, other: string, share: number): string {
  const [a, b] = [channels(colour), channels(other)];
  const mixed = a.map((value, i) => Math.round(value + (b[i]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
