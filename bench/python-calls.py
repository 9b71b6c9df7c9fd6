"""What 500 checks cost a test suite: bench/python.js tells, this measures. Prints JSON.

python-calls.py COUNT BATCHES HEADS POSITIONS COLUMNS
"""

import json
import sys
import time

import numpy as np
import qkv


def attention(q, k, v):
    """Plain NumPy, in float64, causal."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True) @ v


count, *shape = map(int, sys.argv[1:])
drawn = np.random.default_rng(0)
cases = []
for _ in range(count):
    q, k, v = (drawn.standard_normal(shape, dtype=np.float32) for _ in range(3))
    cases.append((q, k, v, attention(q, k, v).astype(np.float32)))

# The first calls start the process and have its code compiled, once a suite.
start = time.perf_counter()
for q, k, v, out in cases[:1]:
    qkv.assert_attention(q, k, v, out, causal=True)
first = time.perf_counter() - start

start = time.perf_counter()
for q, k, v, out in cases:
    qkv.assert_attention(q, k, v, out, causal=True)
own = time.perf_counter() - start

start = time.perf_counter()
for q, k, v, out in cases:
    np.testing.assert_allclose(out, attention(q, k, v), rtol=1e-5, atol=1e-6)
numpy = time.perf_counter() - start

print(json.dumps({"first": first * 1000, "own": own * 1000 / count, "numpy": numpy * 1000 / count}))
