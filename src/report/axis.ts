/** Ticks along a figure's axis and their labels, the same in pictures and on pages. */
import { linearTicks, logTicks, tickLabels } from "../drawing/ticks.js";
import type { Axis } from "./figure.js";
import type { Range } from "./range.js";

/** Round numbers in a range, which is positive on a logarithmic scale; about `most` at most. */
export function axisTicks(scale: Axis["scale"], { from, to }: Range, most: number): number[] {
  if (scale === "linear") return linearTicks(from, to, most);
  // Two decades or less have room for more than their powers.
  const decades = Math.log10(to / from);
  if (decades > 2.5 || decades < 0.7) return logTicks(from, to, most);
  const first = Math.floor(Math.log10(from));
  return Array.from({ length: 4 }, (_, i) => first + i)
    .flatMap((exponent) => [1, 2, 5].map((mantissa) => Number(`${mantissa}e${exponent}`)))
    .filter((tick) => tick >= from && tick <= to);
}

/** As many labels; powers of ten as such, all of them, where there are small or large ones. */
export function axisLabels(scale: Axis["scale"], ticks: readonly number[]): string[] {
  if (scale === "linear") return tickLabels(ticks);
  const exponents = ticks.map((tick) => Math.log10(tick));
  const powers = exponents.every((each) => Math.abs(each - Math.round(each)) < 1e-9);
  if (powers && exponents.some((each) => each < -3 || each > 4)) {
    return exponents.map((each) => `10${superscript(Math.round(each))}`);
  }
  return ticks.map((tick) => tickLabels([tick])[0]!);
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]);
  return `${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}
