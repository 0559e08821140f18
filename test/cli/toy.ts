/** A flow on a landscape, whose steps take milliseconds, and what of outputs changes from run to run. */
import { hostname } from "node:os";

export const toy = `param lr = 0.3
landscape minimal(x, y) = (y + x) * x ^ 2 / 2 - 0.01 * (x + y)

flow toy {
  landscape = minimal  optimizer = gd(lr)  weights = at([0.01, 6.4])
  steps = 40
  discrete
  central { substeps = 2 }
  compare { every = 10 }
}

expect "small" { final(toy.central.train_loss) < 3 }
`;

/** Ids, times, durations and hosts by their kinds, for texts that are compared. */
export function timeless(text: string): string {
  return text
    .replaceAll(hostname(), "HOST")
    .replace(/\b\d{8}T\d{4,9}(Z(-\w+)?)?/g, "RUN")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(, [\w ]+ ago|, just now)?/g, "WHEN")
    .replace(/\d+\.\d\d s\b|\b\d+ s\b/g, "T")
    .replace(/cflow \d+\.\d+\.\d+/g, "cflow VERSION");
}
