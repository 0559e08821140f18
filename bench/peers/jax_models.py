"""The benchmark's models as functions of their parameters, in JAX. Images have channels last."""

import math

import jax
import jax.numpy as jnp
import numpy as np


def gelu(x):
    return jax.nn.gelu(x, approximate=False)


def mlp(parameters, x, case):
    x = x.reshape(x.shape[0], -1)
    pairs = list(zip(parameters[::2], parameters[1::2]))
    for weight, bias in pairs[:-1]:
        x = gelu(x @ weight + bias)
    weight, bias = pairs[-1]
    return x @ weight + bias


def pooled(x):
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).mean((2, 4))


def cnn(parameters, x, case):
    first, second, hidden, weight, bias = parameters
    x = x.reshape(*x.shape[:3], -1)
    for kernel in (first, second):
        x = jax.lax.conv_general_dilated(
            x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        x = pooled(gelu(x))
    flat = x.transpose(0, 3, 1, 2).reshape(x.shape[0], -1)
    return gelu(flat @ hidden) @ weight + bias


def encoding(positions, width):
    t = np.arange(positions)[:, None]
    angle = t / 10000.0 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(angle), np.cos(angle)], -1).reshape(positions, width).astype("float32")


def normalized(x, gamma, beta):
    centered = x - x.mean(-1, keepdims=True)
    deviation = jnp.sqrt((centered**2).sum(-1, keepdims=True) / (x.shape[-1] - 1))
    return centered / (deviation + 1e-6) * gamma + beta


def attention(x, memory, qkv, qkv_bias, out, out_bias, heads, causal):
    n, length, width = x.shape
    parts = zip((x, memory, memory), jnp.split(qkv, 3, 1), jnp.split(qkv_bias, 3))
    q, k, v = [
        (source @ weight + bias).reshape(n, length, heads, width // heads)
        for source, weight, bias in parts
    ]
    scores = jnp.einsum("nqhd,nkhd->nhqk", q, k) / math.sqrt(width // heads)
    if causal:
        scores = jnp.where(np.tril(np.ones((length, length), bool)), scores, -1e9)
    read = jnp.einsum("nhqk,nkhd->nqhd", jax.nn.softmax(scores, -1), v)
    return read.reshape(n, length, width) @ out + out_bias


def transformer(parameters, x, case):
    table, *inner = parameters
    heads = case["heads"]
    *layers, head, head_bias = inner
    width = table.shape[1]
    memory = table[x.astype(jnp.int32)] * math.sqrt(width) + encoding(x.shape[1], width)
    x = memory
    for start in range(0, len(layers), 18):
        p = layers[start : start + 18]
        x = normalized(x + attention(x, x, *p[0:4], heads, True), p[12], p[13])
        x = normalized(x + attention(x, memory, *p[4:8], heads, False), p[14], p[15])
        x = normalized(x + gelu(x @ p[8] + p[9]) @ p[10] + p[11], p[16], p[17])
    return x @ head + head_bias


def squared_error(outputs, y, counted):
    """Half the squared distance; rows without a label count for nothing."""
    return 0.5 / counted * jnp.sum((outputs - y) ** 2 * y.sum(-1, keepdims=True))


MODELS = {"mlp": mlp, "cnn": cnn, "transformer": transformer}
