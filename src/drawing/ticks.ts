/** Round numbers along an axis, and their labels. */

/**
 * At most `most` multiples of 1, 2 or 5 times a power of ten that lie in [from, to], which must be
 * finite; more only where none would be left. Where there is no such number, both ends.
 */
export function linearTicks(from: number, to: number, most: number): number[] {
  if (!(to > from)) return [from];
  const spacing = (to / 2 - from / 2) / (most / 2); // Halves, since the difference may overflow.
  for (let exponent = Math.floor(Math.log10(spacing)); ; exponent++) {
    for (const mantissa of [1, 2, 5]) {
      const ticks = multiples(mantissa, exponent, from, to);
      if (ticks.length <= most) return ticks.length > 0 ? ticks : [from, to];
    }
  }
}

/** The same on a logarithmic scale, where `from` is positive: powers of ten if there are two. */
export function logTicks(from: number, to: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(from)), Math.floor(Math.log10(to))];
  if (last <= first) return linearTicks(from, to, most);
  const stride = Math.ceil((last - first + 1) / most);
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += stride) ticks.push(power(1, exponent));
  return ticks;
}

function multiples(mantissa: number, exponent: number, from: number, to: number): number[] {
  const unit = power(mantissa, exponent);
  // Quotients are rounded: 0.3 / 0.1 is less than 3.
  const [first, last] = [Math.ceil(from / unit - 1e-9), Math.floor(to / unit + 1e-9)];
  const ticks: number[] = [];
  // Adding 0 makes 0 of -0.
  for (let i = first; i <= last && ticks.length < 1000; i++) {
    ticks.push(power(i * mantissa, exponent) + 0);
  }
  return ticks;
}

/** The float64 nearest to mantissa · 10^exponent: a product with 0.1 is not nearest to 0.3. */
function power(mantissa: number, exponent: number): number {
  return Number(`${mantissa}e${exponent}`);
}

/** All with as many decimals, or all with an exponent: `0.0`, `0.5`, `1.0`; `1e-9`, `2e-9`. */
export function tickLabels(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const short = ticks.map((tick) => {
    const rounded = Number(tick.toPrecision(10));
    return Number.isFinite(rounded) ? rounded : tick;
  });
  const plain = largest < 1e7 && short.every((tick) => tick === 0 || Math.abs(tick) >= 1e-4);
  if (!plain) return short.map((tick) => (tick === 0 ? "0" : exponential(tick)));
  const decimals = Math.max(...short.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return short.map((tick) => tick.toFixed(decimals));
}

function exponential(value: number): string {
  return value.toExponential().replace("e+", "e");
}
