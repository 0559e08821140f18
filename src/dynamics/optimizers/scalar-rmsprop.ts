/** Scalar RMSProp: one ν for all coordinates, the moving average of ‖∇L‖², and P = (√ν̂ + ε)/η · I. */
import { dot } from "../../linalg/dot.js";
import { adaptiveLaw, adaptiveSettings } from "./adaptive.js";
import type { OptimizerKind } from "./optimizer.js";

export const scalarRmsprop: OptimizerKind = {
  name: "scalar_rmsprop",
  doc: "Gradient descent with a step size that adapts to the gradient's norm.",
  settings: adaptiveSettings,
  positional: ["lr"],
  with(given) {
    const { beta2, kappa, learningRate, entry, entryRate } = adaptiveLaw(
      adaptiveSettings.parse(given),
    );
    return {
      initial: () => ({ t: 0, moments: Float64Array.of(0) }),
      update: ({ t, moments: [nu] }, g) => ({
        t: t + 1,
        moments: Float64Array.of(beta2 * nu! + (1 - beta2) * dot(g, g)),
      }),
      preconditioner: ({ t, moments: [nu] }) => entry(nu!, t),
      adaptive: { scope: "scalar", learningRate },
      rate: ({ moments: [nu] }, g) => Float64Array.of(kappa * (dot(g, g) - nu!)),
      curvature: (_, a, b) => Float64Array.of(2 * kappa * dot(a, b)),
      preconditionerRate: ({ t, moments: [nu] }, { moments: [rate], time }) =>
        entryRate(nu!, t, rate!, time),
    };
  },
};
