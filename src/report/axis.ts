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

/** As many labels: all with powers of ten, where there are small or large numbers, or none. */
export function axisLabels(scale: Axis["scale"], ticks: readonly number[]): string[] {
  if (scale === "linear") return tickLabels(ticks).map(withPower);
  const exponents = ticks.map((tick) => Math.log10(tick));
  const isPowers = exponents.every((each) => Math.abs(each - Math.round(each)) < 1e-9);
  const labels = ticks.map((tick) => tickLabels([tick])[0]!);
  const hasPower = isPowers
    ? exponents.some((each) => each < -3 || each > 4)
    : labels.some((label) => label.includes("e"));
  // Rounded first: 1000 times 1e-6 is a power but for its last bit.
  return hasPower
    ? ticks.map((tick) => withPower(Number(tick.toPrecision(10)).toExponential()))
    : labels;
}

/** `5e-7` as it is written by hand: `5·10⁻⁷`. */
function withPower(label: string): string {
  const [mantissa, exponent] = label.split("e");
  if (exponent === undefined) return label;
  const power = `10${superscript(Number(exponent))}`;
  return mantissa === "1" ? power : `${mantissa}·${power}`;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]);
  return `${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}
