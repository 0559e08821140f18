/** From a payload's series to numbers. */
import type { PackedNumbers } from "./payload.js";

export function unpack(packed: PackedNumbers): Float64Array {
  if ("count" in packed) {
    return Float64Array.from({ length: packed.count }, (_, i) => packed.from + i * packed.by);
  }
  if ("float64" in packed) return new Float64Array(bytesOf(packed.float64).buffer);
  return Float64Array.from(new Float32Array(bytesOf(packed.float32).buffer));
}

function bytesOf(base64: string) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
