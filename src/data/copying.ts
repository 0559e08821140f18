/** `copying { vocab = 4  length = 8 }`: random tokens, then the same again. */
import { sequences } from "./sequences.js";

export const copying = sequences(
  "copying",
  "Sequences of random tokens to be followed by the same tokens once more.",
  (input) => input,
);
