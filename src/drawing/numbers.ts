/** Numbers in tables and messages. */

/** Four significant digits: `0.02331`, `1.20e-7`, `26,308`. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e9) return value.toLocaleString("en-US");
  return magnitude >= 1e-3 && magnitude < 1e5
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}
