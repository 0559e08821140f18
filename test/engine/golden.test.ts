/**
 * Loss, gradient, Hessian-vector product and third derivative of two networks at a point, against
 * values that PyTorch computed in double precision at the same float32 weights.
 *
 * Tolerance: a float32 sum of n terms errs by about √n·2⁻²⁴ of its size; the longest here has 784.
 * Derivatives chain a few such sums: four.
 */
import { readFileSync } from "node:fs";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { readNpy } from "../../src/data/npy/read.js";
import type { LossSource } from "../../src/engine/objective.js";
import { loadTfjs, type Tfjs } from "../../src/engine/tfjs/load.js";
import { relativeError } from "./close.js";
import { presentEngines } from "./present.js";

const TOLERANCE = 4 * Math.sqrt(784) * 2 ** -24;
const engines = await presentEngines();
const tf = await loadTfjs();

interface Unit {
  readonly point: string;
  readonly activation: "gelu" | "silu";
  readonly shapes: readonly (readonly number[])[];
  readonly loss: number;
  readonly uHu: number;
  readonly uHv: number;
  readonly vHv: number;
  readonly d3_uvu: number;
  readonly d3_uvv: number;
}
