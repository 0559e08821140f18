/** The kernels that the engine knows, by name. */
import { absKernel, reluKernel, sigmoidKernel, stepKernel, tanhKernel } from "./activations.js";
import { addKernel, divKernel, mulKernel, negKernel, subKernel } from "./arithmetic.js";
import {
  andKernel,
  castKernel,
  equalKernel,
  greaterEqualKernel,
  greaterKernel,
  lessEqualKernel,
  lessKernel,
  maximumKernel,
  minimumKernel,
  notKernel,
  orKernel,
  selectKernel,
} from "./comparisons.js";
import { conv2dFilterKernel, conv2dInputKernel, conv2dKernel } from "./convolution.js";
import { erfKernel } from "./erf.js";
import { expKernel, expm1Kernel, log1pKernel, logKernel, softplusKernel } from "./exponential.js";
import { fillKernel } from "./fill.js";
import { gatherKernel, segmentSumKernel } from "./gathering.js";
import type { Kernel } from "./kernel.js";
import { matMulKernel } from "./matmul.js";
import { maxKernel } from "./max.js";
import { powKernel, reciprocalKernel, sqrtKernel, squareKernel } from "./powers.js";
import { reshapeKernel, tileKernel, transposeKernel } from "./shaping.js";
import { concatKernel, padKernel, sliceKernel } from "./slicing.js";
import { logSoftmaxKernel, softmaxKernel } from "./softmax.js";
import { cumsumKernel, sumKernel } from "./sum.js";
import { cosKernel, sinKernel } from "./trigonometric.js";

export const kernels: ReadonlyMap<string, Kernel> = new Map(
  [
    absKernel,
    addKernel,
    andKernel,
    castKernel,
    concatKernel,
    conv2dFilterKernel,
    conv2dInputKernel,
    conv2dKernel,
    cosKernel,
    cumsumKernel,
    divKernel,
    equalKernel,
    erfKernel,
    expKernel,
    expm1Kernel,
    fillKernel,
    gatherKernel,
    greaterEqualKernel,
    greaterKernel,
    lessEqualKernel,
    lessKernel,
    log1pKernel,
    logKernel,
    logSoftmaxKernel,
    matMulKernel,
    maxKernel,
    maximumKernel,
    minimumKernel,
    mulKernel,
    negKernel,
    notKernel,
    orKernel,
    padKernel,
    powKernel,
    reciprocalKernel,
    reluKernel,
    reshapeKernel,
    segmentSumKernel,
    selectKernel,
    sigmoidKernel,
    sinKernel,
    sliceKernel,
    softmaxKernel,
    softplusKernel,
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
