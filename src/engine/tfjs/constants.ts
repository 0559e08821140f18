/**
 * TensorFlow.js makes a Float32Array of every number it is given, so that a constant such as 1/√2
 * would be traced with an error of 1e-8: too much for float64. While a function is traced, the
 * name `Float32Array`, which TensorFlow.js looks up at each use, stands for arrays of doubles. What
 * has been rounded before stays as it is; an engine of float32 rounds when it runs.
 */
import type { Tfjs } from "./load.js";

const Single = Float32Array;

/** What `new Float32Array` makes during a trace; arrays made before are instances too. */
class DoubleArray extends Float64Array {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Single || value instanceof Float64Array;
  }
}

/** Runs `f`, which must be synchronous, with constants in double precision. */
export function withExactConstants(tf: Tfjs, f: () => void): void {
  const { platform } = tf.env();
  const { isTypedArray } = platform;
  globalThis.Float32Array = DoubleArray as unknown as Float32ArrayConstructor;
  platform.isTypedArray = (a: unknown): a is Float32Array =>
    a instanceof Float64Array || isTypedArray.call(platform, a);
  try {
    f();
  } finally {
    globalThis.Float32Array = Single;
    platform.isTypedArray = isTypedArray;
  }
}
