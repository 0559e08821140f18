/** The kernels that the engine knows, by name. */
import { absKernel, reluKernel, sigmoidKernel, stepKernel, tanhKernel } from "./activations.js";
import { addKernel, divKernel, mulKernel, negKernel, subKernel } from "./arithmetic.js";
import {
  castKernel,
  greaterEqualKernel,
  greaterKernel,
  lessEqualKernel,
  lessKernel,
  maximumKernel,
  minimumKernel,
} from "./comparisons.js";
import { erfKernel, expKernel, logKernel } from "./exponential.js";
import { fillKernel } from "./fill.js";
import type { Kernel } from "./kernel.js";
import { matMulKernel } from "./matmul.js";
import { powKernel, reciprocalKernel, sqrtKernel, squareKernel } from "./powers.js";
import { reshapeKernel, tileKernel, transposeKernel } from "./shaping.js";
import { concatKernel, padKernel, sliceKernel } from "./slicing.js";
import { sumKernel } from "./sum.js";
import { cosKernel, sinKernel } from "./trigonometric.js";

export const kernels: ReadonlyMap<string, Kernel> = new Map(
  [
    absKernel,
    addKernel,
    castKernel,
    concatKernel,
    cosKernel,
    divKernel,
    erfKernel,
    expKernel,
    fillKernel,
    greaterEqualKernel,
    greaterKernel,
    lessEqualKernel,
    lessKernel,
    logKernel,
    matMulKernel,
    maximumKernel,
    minimumKernel,
    mulKernel,
    negKernel,
    padKernel,
    powKernel,
    reciprocalKernel,
    reluKernel,
    reshapeKernel,
    sigmoidKernel,
    sinKernel,
    sliceKernel,
    sqrtKernel,
    squareKernel,
    stepKernel,
    subKernel,
    sumKernel,
    tanhKernel,
    tileKernel,
    transposeKernel,
  ].map((kernel) => [kernel.name, kernel]),
);

/** @throws RangeError for a kernel that isn't known. */
export function kernelNamed(name: string): Kernel {
  const kernel = kernels.get(name);
  if (kernel === undefined) throw new RangeError(`the kernel '${name}' is not known`);
  return kernel;
}
