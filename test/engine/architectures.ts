/**
 * The networks of the paper, written out on TensorFlow.js with PyTorch's parameters as they lie:
 * linear weights [out, in], filters [out, in, height, width], images channels first. What each does
 * is said, operation by operation, in the `case.json` of its golden data.
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { Tfjs } from "../../src/engine/tfjs/load.js";

export interface Sizes {
  readonly [name: string]: number | string | readonly number[];
}

/** Outputs of a network with these parameters, in their order, for these examples. */
export type Network = (sizes: Sizes, parameters: readonly Tensor[], x: Tensor) => Tensor;

export function architectures(tf: Tfjs): Readonly<Record<string, Network>> {
  const gelu = (x: Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));
  const silu = (x: Tensor) => tf.mul(x, tf.sigmoid(x));
  const linear = (x: Tensor, weight: Tensor, bias?: Tensor) => {
    const product = tf.matMul(x, weight, false, true);
    return bias ? tf.add(product, bias) : product;
  };
  const embed = (table: Tensor, tokens: Tensor) => tf.gather(table, tf.cast(tokens, "int32"));
  const last = (x: Tensor, begin: number, size: number) =>
    tf.slice(x, [...Array<number>(x.rank - 1).fill(0), begin], [...x.shape.slice(0, -1), size]);

  /** Each parameter once, in order. */
  const reader = (parameters: readonly Tensor[]) => {
    let next = 0;
    return () => parameters[next++]!;
  };

  /** γ(x − mean)/(std + 1e-6) + β with the unbiased deviation. */
  const layerNorm = (x: Tensor, gamma: Tensor, beta: Tensor) => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.div(tf.sum(tf.square(centered), -1, true), x.shape.at(-1)! - 1);
    return tf.add(tf.mul(gamma, tf.div(centered, tf.add(tf.sqrt(variance), 1e-6))), beta);
  };

  /** softmax(q kᵀ/√d) v, head by head; q, k and v are [n, positions, heads·d]. */
  const attention = (q: Tensor, k: Tensor, v: Tensor, heads: number, causal: boolean) => {
    const split = (x: Tensor) => {
      const [n, positions, inner] = x.shape as [number, number, number];
      return tf.transpose(tf.reshape(x, [n, positions, heads, inner / heads]), [0, 2, 1, 3]);
    };
    const width = q.shape[2]! / heads;
    const scores = tf.div(tf.matMul(split(q), split(k), false, true), Math.sqrt(width));
    const t = scores.shape.at(-1)!;
    const mask = tf.tensor(
      Array.from({ length: t }, (_, i) => Array.from({ length: t }, (_, j) => (j > i ? -1e9 : 0))),
    );
    const weights = tf.softmax(causal ? tf.add(scores, mask) : scores);
    const mixed = tf.transpose(tf.matMul(weights, split(v)), [0, 2, 1, 3]);
    return tf.reshape(mixed, q.shape);
  };

  const toNhwc = (x: Tensor) => tf.transpose(x, [0, 2, 3, 1]) as Tensor4D;
  const toNchw = (x: Tensor) => tf.transpose(x, [0, 3, 1, 2]);
  const conv3x3 = (x: Tensor, weight: Tensor, stride = 1) =>
    tf.conv2d(x as Tensor4D, tf.transpose(weight, [2, 3, 1, 0]) as Tensor4D, stride, 1);
  const pool = (x: Tensor, size: number) => tf.avgPool(x as Tensor4D, size, size, "valid");
  const flatten = (x: Tensor) => tf.reshape(x, [x.shape[0]!, -1]);

  const mlp: Network = ({ activation }, parameters, x) => {
    const next = reader(parameters);
    const f = activation === "silu" ? silu : gelu;
    let value = flatten(x);
    for (let left = parameters.length / 2; left > 0; left--) {
      const [weight, bias] = [next(), next()];
      value = linear(value, weight, bias);
      if (left > 1) value = f(value);
    }
    return value;
  };

  const cnn: Network = (_sizes, parameters, x) => {
    const next = reader(parameters);
    const first = pool(gelu(conv3x3(toNhwc(x), next())), 2);
    const second = pool(gelu(conv3x3(first, next())), 2);
    const hidden = gelu(linear(flatten(toNchw(second)), next()));
    return linear(hidden, next(), next());
  };

  const resnet: Network = (sizes, parameters, x) => {
    const next = reader(parameters);
    const groups = sizes.width as number;
    const stages = sizes.stage_sizes as readonly number[];
    const norm = (images: Tensor) => {
      const [n, h, w, channels] = images.shape as [number, number, number, number];
      const size = (h * w * channels) / groups;
      const grouped = tf.reshape(toNchw(images), [n, groups, size]);
      const centered = tf.sub(grouped, tf.mean(grouped, -1, true));
      const variance = tf.div(tf.sum(tf.square(centered), -1, true), size - 1);
      const scaled = tf.mul(centered, tf.rsqrt(tf.add(variance, 1e-6)));
      const normal = toNhwc(tf.reshape(scaled, [n, channels, h, w]));
      return tf.add(tf.mul(normal, next()), next());
    };
    const share = stages.reduce((sum, blocks) => sum + blocks, 0) ** -0.5;
    let value = gelu(conv3x3(toNhwc(x), next()));
    stages.forEach((blocks, stage) => {
      for (let block = 0; block < blocks; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const inner = gelu(norm(conv3x3(value, next(), stride)));
        const branch = norm(conv3x3(inner, next()));
        const shortcut = stride === 1 ? value : norm(conv3x3(value, next(), stride));
        value = tf.add(shortcut, tf.mul(branch, share));
      }
    });
    return linear(flatten(toNchw(pool(value, 4))), next(), next());
  };

  const vit: Network = (sizes, parameters, x) => {
    const next = reader(parameters);
    const { patch_size: patch, dim, depth, num_heads: heads } = sizes as Record<string, number>;
    const [n, channels, height, width] = x.shape as [number, number, number, number];
    const [rows, columns] = [height / patch!, width / patch!];
    const blocks = tf.reshape(x, [n, channels, rows, patch!, columns, patch!]);
    const patches = tf.reshape(tf.transpose(blocks, [0, 2, 4, 3, 5, 1]), [n, rows * columns, -1]);
    const normed = layerNorm(patches, next(), next());
    const embedded = layerNorm(linear(normed, next(), next()), next(), next());
    const finalNorm = [next(), next()] as const;
    const frequencies = Array.from({ length: dim! / 4 }, (_, k) => 10000 ** (-k / (dim! / 4 - 1)));
    const positions = Array.from({ length: rows * columns }, (_, index) =>
      [index % columns, Math.floor(index / columns)].flatMap((place) => [
        ...frequencies.map((frequency) => Math.sin(place * frequency)),
        ...frequencies.map((frequency) => Math.cos(place * frequency)),
      ]),
    );
    let value = tf.add(embedded, tf.tensor(positions));
    for (let layer = 0; layer < depth!; layer++) {
      const qkv = linear(layerNorm(value, next(), next()), next());
      const inner = qkv.shape[2]! / 3;
      const [q, k, v] = [0, 1, 2].map((i) => last(qkv, i * inner, inner)) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      value = tf.add(value, linear(attention(q, k, v, heads!, false), next()));
      const hidden = gelu(linear(layerNorm(value, next(), next()), next(), next()));
      value = tf.add(value, linear(hidden, next(), next()));
    }
    return linear(tf.mean(layerNorm(value, ...finalNorm), 1), next(), next());
  };

  const transformer: Network = (sizes, parameters, tokens) => {
    const next = reader(parameters);
    const { layers, d_model: d, nhead: heads } = sizes as Record<string, number>;
    const positions = Array.from({ length: tokens.shape[1]! }, (_, t) =>
      Array.from({ length: d! }, (_, i) => {
        const angle = t * 10000 ** (-(i - (i % 2)) / d!);
        return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }),
    );
    const memory = tf.add(tf.mul(embed(next(), tokens), Math.sqrt(d!)), tf.tensor(positions));
    const some = (count: number) => Array.from({ length: count }, next);
    const attend = (queries: Tensor, keys: Tensor, own: readonly Tensor[], causal: boolean) => {
      const [weight, bias, out, outBias] = own as [Tensor, Tensor, Tensor, Tensor];
      const part = (x: Tensor, i: number) =>
        linear(x, tf.slice(weight, [i * d!, 0], [d!, d!]), tf.slice(bias, [i * d!], [d!]));
      const mixed = attention(part(queries, 0), part(keys, 1), part(keys, 2), heads!, causal);
      return linear(mixed, out, outBias);
    };
    let value: Tensor = memory;
    for (let layer = 0; layer < layers!; layer++) {
      const [self, cross, hidden, out] = [some(4), some(4), some(2), some(2)];
      value = layerNorm(tf.add(value, attend(value, value, self, true)), next(), next());
      value = layerNorm(tf.add(value, attend(value, memory, cross, false)), next(), next());
      const fed = linear(gelu(linear(value, hidden[0]!, hidden[1])), out[0]!, out[1]);
      value = layerNorm(tf.add(value, fed), next(), next());
    }
    return linear(value, next(), next());
  };

  const lstm: Network = (sizes, parameters, tokens) => {
    const next = reader(parameters);
    const { layers, hidden_dim: hidden } = sizes as Record<string, number>;
    const n = tokens.shape[0]!;
    let inputs = tf.unstack(embed(next(), tokens), 1);
    for (let layer = 0; layer < layers!; layer++) {
      const [ih, hh, ihBias, hhBias] = [next(), next(), next(), next()];
      let h: Tensor = tf.zeros([n, hidden!]);
      let c: Tensor = tf.zeros([n, hidden!]);
      inputs = inputs.map((x) => {
        const fromInput = tf.add(tf.matMul(x, ih), ihBias);
        const gates = tf.add(tf.add(fromInput, tf.matMul(h, hh)), hhBias);
        const [i, f, g, o] = tf.split(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        return h;
      });
    }
    return linear(tf.stack(inputs, 1), next(), next());
  };

  const mamba: Network = (sizes, parameters, tokens) => {
    const next = reader(parameters);
    const { layers, d_model: d } = sizes as Record<string, number>;
    const [n, positions] = tokens.shape as [number, number];
    const [inner, states, taps, rank] = [2 * d!, 16, 4, Math.ceil(d! / 16)];
    const rmsNorm = (x: Tensor, weight: Tensor) =>
      tf.mul(weight, tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5))));
    let value = embed(next(), tokens);
    for (let layer = 0; layer < layers!; layer++) {
      const [logA, skip, into, filter, filterBias] = [next(), next(), next(), next(), next()];
      const [select, deltaWeight, deltaBias, out, norm] = [next(), next(), next(), next(), next()];
      const both = linear(rmsNorm(value, norm), into);
      const padded = tf.pad(last(both, 0, inner), [
        [0, 0],
        [taps - 1, 0],
        [0, 0],
      ]);
      const byTap = tf.unstack(tf.reshape(filter, [inner, taps]), 1);
      const terms = byTap.map((weight, k) =>
        tf.mul(tf.slice(padded, [0, k, 0], [n, positions, inner]), weight),
      );
      const u = silu(tf.add(tf.addN(terms), filterBias));
      const selected = linear(u, select);
      const delta = tf.softplus(linear(last(selected, 0, rank), deltaWeight, deltaBias));
      const A = tf.neg(tf.exp(logA));
      const at = (x: Tensor) => tf.unstack(x, 1);
      const [deltas, inputs] = [at(delta), at(tf.mul(delta, u))];
      const [B, C] = [at(last(selected, rank, states)), at(last(selected, rank + states, states))];
      let h: Tensor = tf.zeros([n, inner, states]);
      const scanned = deltas.map((step, t) => {
        const kept = tf.exp(tf.mul(tf.reshape(step, [n, inner, 1]), A));
        const added = tf.mul(
          tf.reshape(inputs[t]!, [n, inner, 1]),
          tf.reshape(B[t]!, [n, 1, states]),
        );
        h = tf.add(tf.mul(kept, h), added);
        return tf.reshape(tf.matMul(h, tf.reshape(C[t]!, [n, states, 1])), [n, inner]);
      });
      const y = tf.add(tf.stack(scanned, 1), tf.mul(skip, u));
      value = tf.add(linear(tf.mul(y, silu(last(both, inner, inner))), out), value);
    }
    return linear(rmsNorm(value, next()), next());
  };

  return { mlp, cnn, resnet, vit, lstm, transformer, mamba };
}
