/**
 * How many floating-point operations of matrix products the derivatives of a chain of linear maps
 * need at least, with anything elementwise between them. Of a map z = xW with tangents V of W:
 *   forward ẋW + xV, of second order ẍW + ẋᵢVⱼ + ẋⱼVᵢ;
 *   by the weights xᵀδ̇ + ẋᵀδ, and xᵀδ̈ + ẋᵢᵀδ̇ⱼ + ẋⱼᵀδ̇ᵢ + ẍᵀδ;
 *   by the input δ̇Wᵀ + δVᵀ, and δ̈Wᵀ + δ̇ᵢVⱼᵀ + δ̇ⱼVᵢᵀ.
 * The first map's input is data: it has no tangents, and no derivative by it is needed. Two terms
 * of a derivative along one vector twice are the same.
 */

export interface LinearLayer {
  /** How many vectors it maps. */
  readonly rows: number;
  readonly in: number;
  readonly out: number;
}

/** Products of the size of one map, of the first and of each further one. */
interface Count {
  readonly first: number;
  readonly further: number;
}

const pass: Count = { first: 1, further: 2 };
const gradient: Count = { first: 2, further: 3 };
const product: Count = { first: 2, further: 6 };
/** Of one vector, for third derivatives: tangents of what was passed forward and back. */
const tangent: Count = { first: 1, further: 4 };
const square: Count = { first: 1, further: 7 };
const mixed: Count = { first: 1, further: 10 };

export interface Work {
  readonly gradients?: number;
  /** At weights that nothing is known of: loss and residuals have to be passed once. */
  readonly passes?: number;
  readonly products?: number;
  /** All third derivatives of so many vectors. */
  readonly thirdDerivativesOf?: number;
}

export function operations(layers: readonly LinearLayer[], work: Work): number {
  const k = work.thirdDerivativesOf ?? 0;
  const counted: readonly (readonly [Count, number])[] = [
    [pass, work.passes ?? 0],
    [gradient, work.gradients ?? 0],
    [product, work.products ?? 0],
    [tangent, k],
    [square, k],
    [mixed, (k * (k - 1)) / 2],
  ];
  return layers.reduce((sum, layer, i) => {
    const once = 2 * layer.rows * layer.in * layer.out;
    const key = i === 0 ? "first" : "further";
    return sum + once * counted.reduce((total, [count, times]) => total + times * count[key], 0);
  }, 0);
}
