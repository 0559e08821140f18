/** Colours of a role's curves where there are several members: one hue, from deep to pale. */

type Colour = readonly [light: string, dark: string];

/** How far the first and the last member are from the role's own colour. */
const strongest = 0.4;
const weakest = { light: 0.5, dark: 0.35 };

/**
 * On white paper the first is the darkest, on black the brightest: it stands out. The first of two
 * has the role's own colour.
 */
export function shade(
  { light, dark }: { light: string; dark: string },
  member: number,
  of: number,
): Colour {
  if (of < 2) return [light, dark];
  const place = of === 2 ? 0.5 + 0.2 * member : member / (of - 1);
  return [
    between(light, place, ["#000000", strongest], ["#ffffff", weakest.light]),
    between(dark, place, ["#ffffff", strongest], ["#000000", weakest.dark]),
  ];
}

type Share = readonly [of: string, most: number];

function between(colour: string, place: number, first: Share, last: Share): string {
  const [[other, most], share] = place < 0.5 ? [first, 1 - 2 * place] : [last, 2 * place - 1];
  return mix(colour, other, most * share);
}

function mix(colour: string, other: string, share: number): string {
  const [a, b] = [channels(colour), channels(other)];
  const mixed = a.map((value, i) => Math.round(value + (b[i]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
