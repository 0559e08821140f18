/** Closed forms of the scalar stationary state and of optimization speeds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  optimizationSpeed,
  scalarStationaryNu,
  stationaryNu,
} from "../../../src/dynamics/stationary/index.js";

const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

describe("Scalar RMSProp's stationary ν", () => {
  it("is ‖g‖² + σ²S² with σ² ≥ 0, effective sharpness at most 2, and one of them tight", () => {
    fc.assert(
      fc.property(positive, positive, positive, (g, s, lr) => {
        const nu = scalarStationaryNu(g, s, lr);
        const sharpness = (lr * s) / Math.sqrt(nu);
        const variance = (nu - g * g) / s ** 2;
        expect(variance).toBeGreaterThanOrEqual(0);
        expect(sharpness).toBeLessThanOrEqual(2 * (1 + 1e-15));
        expect(variance === 0 || Math.abs(sharpness - 2) < 1e-14).toBe(true);
      }),
    );
  });

  it("is ‖g‖² without positive curvature", () => {
    expect(scalarStationaryNu(3, -5, 0.1)).toBe(9);
  });
});

describe("optimization speed", () => {
  it("is gᵀP⁻¹g, of a diagonal or a number", () => {
    const g = Float32Array.of(1, -2, 3);
    expect(optimizationSpeed(g, Float32Array.of(1, 2, 4))).toBe(1 + 2 + 9 / 4);
    expect(optimizationSpeed(g, 2)).toBe(7);
  });

  it("ignores coordinates without gradient, even where P is zero", () => {
    expect(optimizationSpeed(Float32Array.of(0, 2), Float32Array.of(0, 1))).toBe(4);
    expect(optimizationSpeed(Float32Array.of(1), Float32Array.of(0))).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

it("ν̄ is (ηP̄)²", () => {
  expect(stationaryNu(Float32Array.of(2, 0, 8), 0.25)).toEqual(Float64Array.of(0.25, 0, 4));
});
