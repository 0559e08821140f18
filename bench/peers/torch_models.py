"""The benchmark's models as functions of their parameters, in PyTorch, which has channels first."""

import math

import torch
from torch.nn.functional import avg_pool2d, conv2d, gelu


def mlp(parameters, x, case):
    x = x.flatten(1)
    pairs = list(zip(parameters[::2], parameters[1::2]))
    for weight, bias in pairs[:-1]:
        x = gelu(torch.addmm(bias, x, weight))
    weight, bias = pairs[-1]
    return torch.addmm(bias, x, weight)


def cnn(parameters, x, case):
    first, second, hidden, weight, bias = parameters
    for kernel in (first, second):
        x = avg_pool2d(gelu(conv2d(x, kernel, padding=1)), 2)
    return torch.addmm(bias, gelu(x.flatten(1) @ hidden), weight)


def encoding(positions, width):
    t = torch.arange(positions, dtype=torch.float64)[:, None]
    angle = t / 10000.0 ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
    return torch.stack([angle.sin(), angle.cos()], -1).reshape(positions, width).float()


def normalized(x, gamma, beta):
    centered = x - x.mean(-1, keepdim=True)
    deviation = torch.sqrt((centered**2).sum(-1, keepdim=True) / (x.shape[-1] - 1))
    return centered / (deviation + 1e-6) * gamma + beta


def attention(x, memory, qkv, qkv_bias, out, out_bias, heads, causal):
    n, length, width = x.shape
    parts = zip((x, memory, memory), qkv.chunk(3, 1), qkv_bias.chunk(3))
    q, k, v = [
        (source @ weight + bias).reshape(n, length, heads, width // heads).transpose(1, 2)
        for source, weight, bias in parts
    ]
    scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
    if causal:
        scores = scores + torch.full((length, length), -1e9).triu(1)
    read = (scores.softmax(-1) @ v).transpose(1, 2)
    return read.reshape(n, length, width) @ out + out_bias


def transformer(parameters, x, case):
    table, *inner = parameters
    heads = case["heads"]
    *layers, head, head_bias = inner
    width = table.shape[1]
    memory = table[x.long()] * math.sqrt(width) + encoding(x.shape[1], width)
    x = memory
    for start in range(0, len(layers), 18):
        p = layers[start : start + 18]
        x = normalized(x + attention(x, x, *p[0:4], heads, True), p[12], p[13])
        x = normalized(x + attention(x, memory, *p[4:8], heads, False), p[14], p[15])
        x = normalized(x + gelu(x @ p[8] + p[9]) @ p[10] + p[11], p[16], p[17])
    return x @ head + head_bias


def squared_error(outputs, y, counted):
    """Half the squared distance; rows without a label count for nothing."""
    return 0.5 / counted * ((outputs - y) ** 2 * y.sum(-1, keepdim=True)).sum()


MODELS = {"mlp": mlp, "cnn": cnn, "transformer": transformer}
