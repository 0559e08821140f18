/**
 * Failures for want of memory, by what those who allocate say: they may pass when a step is tried
 * again, in a process of its own and beside other steps than before.
 */
import { errorCode } from "./files.js";

/** V8's abort and its arrays; C++ (`std::bad_alloc`); ONNX Runtime's allocators; the C library. */
const phrases =
  /out of memory|allocation failed|failed to allocate|cannot allocate|bad[_ ]alloc(ation)?\b/i;

export function tellsOfMemory(text: string): boolean {
  return phrases.test(text);
}

export function isMemoryFailure(error: unknown): boolean {
  return errorCode(error) === "ENOMEM" || (error instanceof Error && tellsOfMemory(error.message));
}
