/** `moons { noise = 0.2 }`: two half circles that hold each other, scikit-learn's `make_moons`. */
import { curves, plainSettings } from "./curves.js";

export const moons = curves(
  "moons",
  "Points of the plane on two interleaving half circles, with noise.",
  plainSettings,
  (_, label, i, count) => {
    const angle = count === 1 ? 0 : (Math.PI * i) / (count - 1);
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return label === 0 ? [x, y] : [1 - x, 0.5 - y];
  },
);
