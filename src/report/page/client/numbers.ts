/** Numbers in read-outs and along axes. */

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

/** A round number as short as it can be, or as a power of ten. */
export function showTick(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e5) return minus(String(Number(value.toPrecision(8))));
  const exponent = Math.floor(Math.log10(magnitude) + 1e-9);
  const mantissa = Number((value / 10 ** exponent).toPrecision(6));
  const power = `10${superscript(exponent)}`;
  return mantissa === 1 ? power : `${minus(String(mantissa))}·${power}`;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]);
  return `${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/** Ticks of a logarithmic axis: powers of ten, or where these are few with 2 and 5 times them, or even ones. */
export function logarithmicTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  if (decades < 0.8) return evenTicks(min, max);
  const mantissas = decades > 2.5 ? [1] : [1, 2, 5];
  const stride = Math.max(1, Math.ceil(decades / 7));
  const ticks: number[] = [];
  const last = Math.ceil(Math.log10(max));
  for (let exponent = Math.floor(Math.log10(min)); exponent <= last; exponent++) {
    if (exponent % stride !== 0) continue;
    for (const mantissa of mantissas) {
      const tick = Number(`${mantissa}e${exponent}`);
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks.length >= 2 ? ticks : evenTicks(min, max);
}

function evenTicks(min: number, max: number): number[] {
  const rough = (max - min) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * unit).find((each) => each >= rough)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max; i++) ticks.push(i * step);
  return ticks;
}
