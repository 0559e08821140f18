/** `circles { factor = 0.8 }`: a circle within another, scikit-learn's `make_circles`. */
import { z } from "zod";
import { curveSettings, curves } from "./curves.js";

const settings = z.strictObject({
  ...curveSettings,
  factor: z
    .number()
    .min(0)
    .lt(1)
    .default(0.8)
    .describe("Radius of the inner circle, class 1; that of the outer one is 1."),
});

export const circles = curves(
  "circles",
  "Points of the plane on two circles around the origin, with noise.",
  settings,
  ({ factor }, label, i, count) => {
    const angle = (2 * Math.PI * i) / count;
    const radius = label === 0 ? 1 : factor;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
);
