/** RMSProp: ν is the moving average of ∇L squared elementwise, and P = diag(√ν̂ + ε)/η. */
import { zeros } from "../../linalg/vector.js";
import { adaptiveLaw, adaptiveSettings } from "./adaptive.js";
import type { OptimizerKind } from "./optimizer.js";

export const rmsprop: OptimizerKind = {
  name: "rmsprop",
  doc: "Gradient descent with a step size a coordinate that adapts to its squared gradient.",
  settings: adaptiveSettings,
  positional: ["lr"],
  with(given, precision = "float32") {
    const { beta2, kappa, learningRate, entry, entryRate } = adaptiveLaw(
      adaptiveSettings.parse(given),
    );
    return {
      initial: (size) => ({ t: 0, moments: new Float64Array(size) }),
      update: ({ t, moments }, g) => ({
        t: t + 1,
        moments: fill(moments.length, (i) => beta2 * moments[i]! + (1 - beta2) * g[i]! ** 2),
      }),
      preconditioner({ t, moments }) {
        const p = zeros(moments.length, precision);
        for (let i = 0; i < p.length; i++) p[i] = entry(moments[i]!, t);
        return p;
      },
      adaptive: { scope: "elementwise", learningRate },
      rate: ({ moments }, g) => fill(moments.length, (i) => kappa * (g[i]! ** 2 - moments[i]!)),
      curvature: (_, a, b) => fill(a.length, (i) => 2 * kappa * a[i]! * b[i]!),
      preconditionerRate({ t, moments }, { moments: rates, time }) {
        const p = zeros(moments.length, precision);
        for (let i = 0; i < p.length; i++) p[i] = entryRate(moments[i]!, t, rates[i]!, time);
        return p;
      },
    };
  },
};

function fill(length: number, value: (index: number) => number): Float64Array {
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) result[i] = value(i);
  return result;
}
