/** `sorting { vocab = 4  length = 8 }`: random tokens, then the same in ascending order. */
import { sequences } from "./sequences.js";

export const sorting = sequences(
  "sorting",
  "Sequences of random tokens to be followed by the same tokens in ascending order.",
  (input) => input.toSorted(),
);
