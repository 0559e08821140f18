/** Numbers in read-outs. */

/** Five significant digits: `0.023310`, `1.2000e-7`. */
export function showValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e9) return minus(value.toLocaleString("en-US"));
  if (magnitude >= 1e-3 && magnitude < 1e5) return minus(value.toPrecision(5));
  return minus(value.toExponential(3));
}

function minus(text: string): string {
  return text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
}
