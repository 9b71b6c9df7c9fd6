# Dumps for bench/dumps.js, and the plain NumPy attention that they are timed beside. Numbers are rounded to bfloat16.
#   python3 bench/dumps.py write FILE B H N D right|wrong
#   python3 bench/dumps.py time FILE
import json
import sys
import time

import numpy as np


def to_bits(x):
    """The upper halves of float32, rounded to even."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def to_float64(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def attention(q, k, v, causal=True):
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[-2:], bool)), scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ v


def write(path, shape, is_right):
    random = np.random.default_rng(0)
    given = [to_bits(random.standard_normal(shape)) for _ in range(3)]
    q, k, v = map(to_float64, given)
    # Head by head: what is written has not to fit into memory with all its scores.
    out = np.stack([[attention(q[b, h], k[b, h], v[b, h], is_right) for h in range(shape[1])] for b in range(shape[0])])
    arrays = dict(zip("qkvo", [*given, to_bits(out)]))
    header, at = {}, 0
    for name, bits in arrays.items():
        header[name] = {"dtype": "BF16", "shape": list(bits.shape), "data_offsets": [at, at + bits.nbytes]}
        at += bits.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # as the library aligns the numbers
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for bits in arrays.values():
            file.write(bits.tobytes())


def measure(path):
    start = time.perf_counter()
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    q, k, v, o = (
        to_float64(np.frombuffer(data, np.uint16, np.prod(shape), offset)).reshape(shape)
        for shape, (offset, _) in ((header[name]["shape"], header[name]["data_offsets"]) for name in "qkvo")
    )
    np.abs(attention(q, k, v) - o).max()
    return time.perf_counter() - start


if sys.argv[1] == "write":
    write(sys.argv[2], tuple(map(int, sys.argv[3:7])), sys.argv[7] == "right")
else:
    print(json.dumps({"seconds": measure(sys.argv[2])}))
