/** Landscapes on which the flows can be worked out by hand; some also as the language has them. */
import { type Polynomial, polynomial } from "./polynomial.js";

/** L = ½(y + ζx)x² − ε(x + y): the sharpness is y where x = 0, and ε pushes it up (Berthier). */
export function minimal(epsilon: number, zeta = 1): Polynomial {
  return polynomial("xy", [
    [0.5, "yxx"],
    [0.5 * zeta, "xxx"],
    [-epsilon, "x"],
    [-epsilon, "y"],
  ]);
}

export const minimalText = (epsilon: number, zeta = 1) =>
  `landscape minimal(x, y) = (y + ${zeta} * x) * x * x / 2 - ${epsilon} * (x + y)`;

/**
 * L = ½(y + z²)x² − ε(y + 2z): on x = 0, which no flow leaves, the sharpness is S = y + z², its
 * eigenvector (1, 0, 0) and ∇L = −ε(0, 1, 2).
 */
export function curved(epsilon: number): Polynomial {
  return polynomial("xyz", [
    [0.5, "yxx"],
    [0.5, "zzxx"],
    [-epsilon, "y"],
    [-2 * epsilon, "z"],
  ]);
}

/** L = ½yx² − ε((1 − z)y + dz): the sharpness y is pushed up while z < 1, and down after. */
export function turning(epsilon: number, d: number): Polynomial {
  return polynomial("xyz", [
    [0.5, "yxx"],
    [-epsilon, "y"],
    [epsilon, "zy"],
    [-epsilon * d, "z"],
  ]);
}

/**
 * L = ½xᵀH[y]x + ½(a³ + b³) − ε(a + 2y₁ + y₂ + cy₃) with x = (a, b), H[y] = [[y₁, y₃/√2], [y₃/√2, y₂]]:
 * two eigenvalues turn critical (Berthier).
 */
export function codimensionTwo(epsilon: number, c = 1): Polynomial {
  return polynomial("abpqr", [
    [0.5, "paa"],
    [0.5, "qbb"],
    [Math.SQRT1_2, "rab"],
    [0.5, "aaa"],
    [0.5, "bbb"],
    [-epsilon, "a"],
    [-2 * epsilon, "p"],
    [-epsilon, "q"],
    [-c * epsilon, "r"],
  ]);
}

export const codimensionTwoText = (epsilon: number, c = 1) =>
  `landscape cone(a, b, p, q, r) =
    (p * a ^ 2 + q * b ^ 2) / 2 + r * a * b / 2 ^ 0.5 + (a ^ 3 + b ^ 3) / 2
    - ${epsilon} * (a + 2 * p + q + ${c} * r)`;

/**
 * L = S/2 w² − Q/4 w⁴: gradient descent oscillates between ±√(S/Q − 2/(ηQ)) while 2 < ηS < 3,
 * where its map is multiplied by 5 − 2ηS around them (Regis and Chewi).
 */
export function quartic(s: number, q: number): Polynomial {
  return polynomial("w", [
    [s / 2, "ww"],
    [-q / 4, "wwww"],
  ]);
}

export const quarticText = (s: number, q: number) =>
  `landscape quartic(w) = ${s} / 2 * w ^ 2 - ${q} / 4 * w ^ 4`;

/**
 * The minimal landscape with ten more directions that are coupled to x, so that eigenvectors are
 * found by iterating from the last ones, not from a dense matrix.
 */
export function minimalInTwelve(epsilon: number): Polynomial {
  const others = "abcdefghij";
  return polynomial(`xy${others}`, [
    [0.5, "yxx"],
    [0.5, "xxx"],
    [-epsilon, "x"],
    [-epsilon, "y"],
    ...[...others].flatMap((letter, i) => [
      [0.25 * (i + 1), letter + letter] as const,
      [0.1, `${letter}xx`] as const,
      [0.05, `${letter}x`] as const,
    ]),
  ]);
}
