/**
 * Small losses, one for each kernel and some made of several, each with a point away from kinks
 * and singularities and with third derivatives that don't vanish.
 */
import type { Scalar, Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import { sizeOf } from "../../src/engine/graph.js";
import type { BoundTensor, LossSource, TensorShape } from "../../src/engine/objective.js";
import type { Tfjs } from "../../src/engine/tfjs/load.js";

export interface Problem {
  readonly name: string;
  readonly source: LossSource;
  readonly point: Float32Array;
  readonly directions: readonly Float32Array[];
}

type Loss = (parameters: Tensor[], data: Tensor[]) => Tensor;
type Shapes = readonly (readonly number[])[];

/** Deterministic, irregular, in (−1, 1). */
export function wave(length: number, phase: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase) * Math.cos(0.3 * i));
}

export function problems(tf: Tfjs): readonly Problem[] {
  /** Σ cᵢ xᵢ³: makes third derivatives of what is linear or quadratic in x. */
  const cubes = (x: Tensor): Scalar => {
    const weights = tf.tensor(wave(x.size, 0.4), x.shape);
    return tf.sum(tf.mul(tf.mul(x, x), tf.mul(x, weights)));
  };
  /** Σ cᵢ xᵢ. */
  const weighted = (x: Tensor): Scalar => tf.sum(tf.mul(x, tf.tensor(wave(x.size, 0.4), x.shape)));

  const problem = (
    name: string,
    shapes: Shapes,
    loss: Loss,
    options: { offset?: number; data?: Shapes; tokens?: number } = {},
  ): Problem => {
    const parameters: TensorShape[] = shapes.map((shape, i) => ({ name: `p${i}`, shape }));
    const data: BoundTensor[] = (options.data ?? []).map((shape, i) => ({
      name: `d${i}`,
      shape,
      values: options.tokens
        ? Float32Array.from(
            { length: sizeOf(shape) },
            (_, j) => (5 * j * j + 3 * j + i) % options.tokens!,
          )
        : wave(sizeOf(shape), 5 + i),
    }));
    const size = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    return {
      name,
      source: { parameters, data, loss: (p, d) => loss([...p], [...d]) as Scalar },
      point: wave(size, 0.1).map((value) => value + (options.offset ?? 0)),
      directions: [wave(size, 1), wave(size, 2), wave(size, 3)],
    };
  };

  const positive = { offset: 1.5 };
  const gelu = (x: Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));
  const silu = (x: Tensor) => tf.mul(x, tf.sigmoid(x));
  const mse = (f: Tensor, y: Tensor) => tf.div(tf.sum(tf.squaredDifference(f, y)), 2 * f.shape[0]!);
  const network = (activation: (x: Tensor) => Tensor) =>
    problem(
      "network",
      [[6, 4], [4], [3, 4], [3], [3, 2], [2]],
      ([a, b, c, d, e, f], [x, y]) => {
        const flat = tf.reshape(x!, [5, -1]);
        const first = activation(tf.add(tf.matMul(flat, a!), b!));
        const second = activation(tf.add(tf.matMul(first, c!, false, true), d!));
        return mse(tf.add(tf.matMul(second, e!), f!), y!);
      },
      {
        data: [
          [5, 2, 3],
          [5, 2],
        ],
      },
    );
  const named = (name: string, given: Problem): Problem => ({ ...given, name });

  return [
    problem("abs", [[2, 3]], ([x]) => cubes(tf.abs(x!))),
    problem("add", [[2, 3], [3]], ([a, b]) => cubes(tf.add(a!, b!))),
    problem(
      "sub",
      [
        [2, 3],
        [2, 1],
      ],
      ([a, b]) => cubes(tf.sub(a!, b!)),
    ),
    problem("mul", [[2, 3], []], ([a, b]) => cubes(tf.mul(a!, b!))),
    problem("div", [[3], [2, 3]], ([a, b]) => weighted(tf.div(a!, b!)), positive),
    problem("div by a constant", [[4]], ([a]) => cubes(tf.div(a!, 3))),
    problem("neg", [[4]], ([x]) => cubes(tf.neg(x!))),
    problem("square", [[4]], ([x]) => weighted(tf.square(tf.mul(x!, tf.square(x!))))),
    problem("sqrt", [[4]], ([x]) => weighted(tf.sqrt(x!)), positive),
    problem("rsqrt", [[4]], ([x]) => weighted(tf.rsqrt(x!)), positive),
    problem("reciprocal", [[4]], ([x]) => weighted(tf.reciprocal(x!)), positive),
    problem("pow by a constant", [[4]], ([x]) => weighted(tf.pow(x!, 2.5)), positive),
    problem("pow by 3 and 2", [[4]], ([x]) =>
      tf.add(weighted(tf.pow(x!, 3)), cubes(tf.pow(x!, 2))),
    ),
    problem("pow of constants", [[4]], ([x]) => {
      const powers = tf.pow(tf.tensor(wave(4, 2)), tf.tensor([2, 1, 3, 0]));
      return cubes(tf.mul(powers, x!));
    }),
    problem("exp", [[4]], ([x]) => weighted(tf.exp(x!))),
    problem("log", [[4]], ([x]) => weighted(tf.log(x!)), positive),
    problem("sin", [[4]], ([x]) => weighted(tf.sin(x!))),
    problem("cos", [[4]], ([x]) => weighted(tf.cos(x!))),
    problem("erf", [[4]], ([x]) => weighted(tf.erf(x!))),
    problem("tanh", [[4]], ([x]) => weighted(tf.tanh(x!))),
    problem("sigmoid", [[4]], ([x]) => weighted(tf.sigmoid(x!))),
    problem("sin and cos", [[4]], ([x]) => weighted(tf.mul(tf.sin(x!), tf.cos(tf.square(x!))))),
    problem("expm1", [[4]], ([x]) => weighted(tf.expm1(x!))),
    problem("log1p", [[4]], ([x]) => weighted(tf.log1p(x!)), { offset: 0.5 }),
    problem("softplus", [[4]], ([x]) => weighted(tf.softplus(tf.mul(x!, 3)))),
    problem("elu", [[6]], ([x]) => cubes(tf.elu(tf.mul(x!, 2)))),
    problem("gelu by tanh", [[4]], ([x]) => {
      const inner = tf.add(x!, tf.mul(tf.pow(x!, 3), 0.044715));
      const cdf = tf.add(tf.tanh(tf.mul(inner, Math.sqrt(2 / Math.PI))), 1);
      return cubes(tf.mul(tf.mul(x!, 0.5), cdf));
    }),
    problem("relu", [[6]], ([x]) => cubes(tf.relu(x!))),
    problem("step", [[6]], ([x]) => cubes(tf.mul(x!, tf.step(x!, -0.5)))),
    problem("squaredDifference", [[4], [4]], ([a, b]) => cubes(tf.squaredDifference(a!, b!))),
    problem("maximum", [[5], [5]], ([a, b]) => cubes(tf.maximum(a!, tf.mul(b!, 0.6)))),
    problem("minimum", [[5], [5]], ([a, b]) => cubes(tf.minimum(a!, tf.mul(b!, 0.6)))),
    problem("where", [[6], [6]], ([a, b]) =>
      cubes(tf.where(tf.greater(a!, 0.25), tf.mul(a!, b!), tf.exp(tf.sub(b!, a!)))),
    ),
    problem("where of a mask", [[2, 3]], ([x]) => {
      const above = tf.greater(x!, -0.3);
      const mask = tf.logicalOr(tf.logicalAnd(above, tf.lessEqual(x!, 0.3)), tf.logicalNot(above));
      return cubes(tf.where(mask, tf.square(x!), tf.scalar(2)));
    }),
    problem(
      "equal to data",
      [[2, 3]],
      ([x], [labels]) => {
        const rows = tf.reshape(tf.cast(labels!, "int32"), [2, 1]);
        const isLabel = tf.equal(rows, tf.range(0, 3, 1, "int32"));
        return cubes(tf.mul(tf.cast(isLabel, "float32"), x!));
      },
      { data: [[2]], tokens: 3 },
    ),
    problem(
      "embedding",
      [[4, 3]],
      ([x], [tokens]) => cubes(tf.gather(x!, tf.cast(tokens!, "int32"))),
      { data: [[2, 5]], tokens: 4 },
    ),
    problem(
      "embedding of many",
      [[260, 1]],
      ([x], [tokens]) => cubes(tf.gather(x!, tf.cast(tokens!, "int32"))),
      { data: [[40]], tokens: 260 },
    ),
    problem("gather along an axis", [[2, 4, 3]], ([x]) =>
      cubes(tf.gather(x!, tf.tensor1d([3, 0, 0], "int32"), -2)),
    ),
    problem(
      "oneHot",
      [[4, 3]],
      ([x], [tokens]) => {
        const rows = tf.oneHot(tf.cast(tf.reshape(tokens!, [10]), "int32"), 4);
        return cubes(tf.matMul(tf.cast(rows, "float32"), x!));
      },
      { data: [[2, 5]], tokens: 4 },
    ),
    problem("max over an axis", [[3, 4]], ([x]) => cubes(tf.max(x!, 1))),
    problem("max of all", [[2, 3]], ([x]) => cubes(tf.mul(tf.max(x!), x!))),
    problem("softmax", [[2, 3]], ([x]) => weighted(tf.softmax(tf.mul(x!, 2)))),
    problem("logSoftmax", [[2, 3]], ([x]) => weighted(tf.logSoftmax(tf.mul(x!, 2)))),
    problem("logSumExp", [[2, 3]], ([x]) => cubes(tf.logSumExp(x!, 1))),
    problem("softmax by hand", [[2, 3]], ([x]) => {
      const e = tf.exp(tf.sub(x!, tf.max(x!, -1, true)));
      return weighted(tf.div(e, tf.sum(e, -1, true)));
    }),
    problem("cumsum", [[2, 3]], ([x]) => cubes(tf.add(tf.cumsum(x!, 0), tf.cumsum(x!, 1)))),
    problem("cumsum from the end", [[2, 3, 2]], ([x]) => cubes(tf.cumsum(x!, 1, true, true))),
    ...(
      [
        ["same", [2, 3, 4, 2], [3, 3, 2, 2], 1, "same"],
        ["valid", [2, 4, 3, 2], [2, 3, 2, 2], 1, "valid"],
        ["same with strides", [1, 6, 4, 2], [3, 2, 2, 2], 2, "same"],
        ["padded with strides", [1, 6, 4, 2], [3, 3, 2, 2], 2, 1],
        ["valid with a rest", [1, 6, 7, 1], [2, 3, 1, 2], [3, 2], "valid"],
        ["of pixels", [2, 3, 3, 2], [1, 1, 2, 3], 1, "same"],
        ["with gaps", [1, 5, 5, 2], [1, 1, 2, 2], 2, "valid"],
      ] as const
    ).map(([name, image, filter, strides, pad]) =>
      problem(`conv2d ${name}`, [image, filter], ([x, f]) =>
        cubes(tf.conv2d(x as Tensor4D, f as Tensor4D, strides as number, pad)),
      ),
    ),
    problem(
      "conv1d",
      [
        [2, 5, 2],
        [3, 2, 2],
      ],
      ([x, f]) => cubes(tf.conv1d(x as Tensor3D, f as Tensor3D, 1, "same")),
    ),
    ...(
      [
        ["in tiles", [2, 4, 6, 2], 2, 2, "valid"],
        ["in tiles with a rest", [1, 5, 7, 2], [2, 3], [2, 3], "valid"],
        ["overlapping", [2, 5, 4, 2], [3, 2], 1, "valid"],
        ["over the edge", [1, 5, 4, 2], 3, 2, "same"],
      ] as const
    ).map(([name, image, size, strides, pad]) =>
      problem(`avgPool ${name}`, [image], ([x]) =>
        cubes(tf.avgPool(x as Tensor4D, size as number, strides as number, pad)),
      ),
    ),
    ...(
      [
        ["one for all", [2, 3, 4], [4, 2], false],
        ["one transposed for all", [2, 3, 4], [2, 4], true],
        ["one for all in a batch of one", [2, 3, 4], [1, 1, 4, 2], false],
        ["all by one", [3, 4], [2, 4, 2], false],
        ["many by some", [2, 3, 2, 4], [3, 4, 2], false],
        ["each by each", [2, 1, 2, 4], [3, 2, 4], true],
      ] as const
    ).map(([name, a, b, transposeB]) =>
      problem(`matMul ${name}`, [a, b], ([x, y]) => cubes(tf.matMul(x!, y!, false, transposeB))),
    ),
    problem(
      "matMul of a transposed batch by one",
      [
        [2, 4, 3],
        [2, 4],
      ],
      ([x, y]) => cubes(tf.matMul(x!, y!, true, true)),
    ),
    problem(
      "matMul",
      [
        [2, 3],
        [3, 4],
      ],
      ([a, b]) => cubes(tf.matMul(a!, b!)),
    ),
    problem(
      "matMul aᵀ",
      [
        [3, 2],
        [3, 4],
      ],
      ([a, b]) => cubes(tf.matMul(a!, b!, true)),
    ),
    problem(
      "matMul bᵀ",
      [
        [2, 3],
        [4, 3],
      ],
      ([a, b]) => cubes(tf.matMul(a!, b!, false, true)),
    ),
    problem(
      "matMul aᵀbᵀ",
      [
        [3, 2],
        [4, 3],
      ],
      ([a, b]) => cubes(tf.matMul(a!, b!, true, true)),
    ),
    problem(
      "matMul of transposes",
      [
        [3, 2],
        [4, 3],
      ],
      ([a, b]) => cubes(tf.matMul(tf.transpose(a!), tf.transpose(b!))),
    ),
    problem(
      "matMul in batches",
      [
        [2, 2, 3],
        [2, 4, 3],
      ],
      ([a, b]) => cubes(tf.matMul(a!, b!, false, true)),
    ),
    problem("sum over an axis", [[2, 3, 2]], ([x]) => cubes(tf.sum(x!, 1))),
    problem(
      "sum of truth values",
      [[3]],
      ([x], [d]) => cubes(tf.mul(x!, tf.cast(tf.sum(tf.greater(d!, -0.9)), "float32"))),
      { data: [[4]] },
    ),
    problem("sum keeping axes", [[2, 3, 2]], ([x]) => cubes(tf.mul(x!, tf.sum(x!, [0, -1], true)))),
    problem("mean", [[2, 3]], ([x]) => cubes(tf.add(tf.mean(x!, 0), tf.mean(x!)))),
    problem("reshape", [[2, 6]], ([x]) => cubes(tf.mul(tf.reshape(x!, [3, 4]), tf.ones([4])))),
    problem("expandDims and squeeze", [[2, 3]], ([x]) =>
      cubes(tf.squeeze(tf.mul(tf.expandDims(x!, 1), tf.expandDims(x!, -1).transpose([0, 2, 1])))),
    ),
    problem("transpose", [[2, 3, 2]], ([x]) => cubes(tf.transpose(x!, [2, 0, 1]))),
    problem("tile", [[2, 3]], ([x]) => cubes(tf.tile(x!, [2, 2]))),
    problem("broadcastTo", [[3]], ([x]) => cubes(tf.broadcastTo(x!, [2, 3]))),
    problem("slice", [[4, 3]], ([x]) => cubes(tf.slice(x!, [1, 0], [2, -1]))),
    problem(
      "concat",
      [
        [2, 3],
        [2, 1],
      ],
      ([a, b]) => cubes(tf.concat([a!, tf.ones([2, 2]), b!, a!], -1)),
    ),
    problem("split", [[5, 2]], ([x]) => {
      const [a, b] = tf.split(x!, [2, 3]) as [Tensor, Tensor];
      return tf.add(cubes(a), cubes(tf.slice(b, [1, 0])));
    }),
    problem("pad", [[2, 2]], ([x]) =>
      cubes(
        tf.pad(
          x!,
          [
            [1, 0],
            [0, 2],
          ],
          0.5,
        ),
      ),
    ),
    problem(
      "stack",
      [
        [2, 3],
        [2, 3],
      ],
      ([a, b]) => cubes(tf.stack([a!, b!, tf.mul(a!, b!)], 1)),
    ),
    problem("unstack", [[2, 3]], ([x]) => {
      const [a, , c] = tf.unstack(x!, 1) as [Tensor, Tensor, Tensor];
      return cubes(tf.mul(a, tf.exp(c)));
    }),
    problem("repetition of several axes", [[2, 1, 3]], ([x]) =>
      cubes(tf.mul(tf.exp(x!), tf.broadcastTo(x!, [2, 4, 3]))),
    ),
    problem("onesLike and zerosLike", [[3]], ([x]) =>
      cubes(tf.add(tf.mul(x!, tf.onesLike(x!)), tf.zerosLike(x!))),
    ),
    problem("an unused parameter", [[3], [2]], ([x]) => cubes(x!)),
    problem("a quotient of exponentials", [[2, 3]], ([x]) => {
      const e = tf.exp(x!);
      return weighted(tf.log(tf.div(e, tf.sum(e, -1, true))));
    }),
    problem("three factors", [[4], [4], [4]], ([a, b, c]) =>
      weighted(tf.tanh(tf.mul(tf.mul(a!, tf.exp(b!)), c!))),
    ),
    problem(
      "a convolutional network",
      [
        [3, 3, 2, 3],
        [2, 2, 3, 2],
        [8, 2],
      ],
      ([first, second, last], [images]) => {
        const under = (x: Tensor, f: Tensor, pad: "same" | "valid") =>
          tf.conv2d(x as Tensor4D, f as Tensor4D, 1, pad);
        const pooled = tf.avgPool(tf.tanh(under(images!, first!, "same")), 2, 2, "valid");
        const features = tf.tanh(under(pooled, second!, "valid"));
        return cubes(tf.matMul(tf.reshape(features, [2, 8]), last!));
      },
      { data: [[2, 6, 6, 2]] },
    ),
    problem(
      "attention",
      [[4, 4], [4, 4], [4, 4], [4]],
      ([queries, keys, values, gains], [x]) => {
        const [q, k, v] = [queries, keys, values].map((w) => tf.matMul(x!, w!));
        const shares = tf.softmax(tf.mul(tf.matMul(q!, k!, false, true), 0.3));
        const read = tf.add(x!, tf.matMul(shares, v!));
        const size = tf.sqrt(tf.add(tf.mean(tf.square(read), -1, true), 0.1));
        return cubes(tf.mul(tf.div(read, size), gains!));
      },
      { data: [[2, 3, 4]] },
    ),
    named("mlp of gelu", network(gelu)),
    named("mlp of silu", network(silu)),
    named(
      "mlp of tanh",
      network((x) => tf.tanh(x)),
    ),
    named(
      "mlp of relu",
      network((x) => tf.relu(x)),
    ),
  ];
}
