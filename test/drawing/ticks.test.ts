import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearTicks, logTicks, tickLabels } from "../../src/drawing/ticks.js";

describe("round numbers", () => {
  it.each([
    [0, 1, 5, ["0.0", "0.5", "1.0"]],
    [0, 1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [-0.3, 0.3, 7, ["-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3"]],
    [17, 413, 5, ["100", "200", "300", "400"]],
    [1e-9, 3e-9, 3, ["1e-9", "2e-9", "3e-9"]],
    [0, 3e7, 4, ["0", "1e7", "2e7", "3e7"]],
    [2, 2, 5, ["2"]],
  ])("between %d and %d, at most %d", (from, to, most, labels) => {
    expect(tickLabels(linearTicks(from, to, most))).toEqual(labels);
  });

  it.each([
    [1e-12, 0.5, 5, ["1e-12", "1e-9", "1e-6", "1e-3"]],
    [0.5, 250, 5, ["1", "10", "100"]],
    [2, 8, 5, ["2", "4", "6", "8"]],
  ])("on a logarithmic scale between %d and %d, at most %d", (from, to, most, labels) => {
    expect(tickLabels(logTicks(from, to, most))).toEqual(labels);
  });

  it("lie in the range, ascend, and are at most as many as asked", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 2, max: 9 }), (a, b, most) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        // Ranges narrower than float64's digits tell are drawn as constants.
        fc.pre(to - from > 1e-9 * Math.max(Math.abs(from), Math.abs(to)));
        const ticks = linearTicks(from, to, most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(ticks.length).toBeGreaterThan(0);
        // Less than a dot of any plot.
        const slack = 1e-8 * (to - from);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from - slack);
          expect(tick).toBeLessThanOrEqual(to + slack);
        }
        expect([...ticks].sort((x, y) => x - y)).toEqual(ticks);
      }),
    );
  });
});
