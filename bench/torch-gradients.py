"""Gradients of torch's autograd for bench/gradient-kernels.js: python3 bench/torch-gradients.py FOLDER SEED COUNT.

Writes COUNT dumps (.pt) and index.json with the arguments of qkv for each: attention alone (textbook, the math and the flash
kernel of scaled_dot_product_attention) and with projections of x, with and without W^O.
"""

import json
import random
import sys

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

torch.set_num_threads(1)
folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
TYPES = {"float64": torch.float64, "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def attend(way, q, k, v, causal):
    if way == "textbook":
        s = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        if causal:
            s = s.masked_fill(~torch.ones(s.shape[-2:], dtype=torch.bool).tril(), float("-inf"))
        return torch.softmax(s, -1) @ v
    with sdpa_kernel(SDPBackend.MATH if way == "math" else SDPBackend.FLASH_ATTENTION):
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal)


def draw(*shape, by=1.0, kind="normal"):
    x = by * torch.randn(*shape, dtype=torch.float64)
    if kind == "mean":
        x = x + 3 * torch.randn(1, shape[-1], dtype=torch.float64)
    return x


def attention(rng, kind, dtype):
    heads, group, n, d = rng.choice([1, 2]), rng.choice([1, 2]), rng.randint(2, 130), rng.choice([8, 16, 32, 64])
    by = {"large": 2.0, "small": 0.1}.get(kind, 1.0)
    q = draw(1, heads * group, n, d, by=by).to(dtype).requires_grad_(True)
    k = draw(1, heads, n, d, by=by).to(dtype).requires_grad_(True)
    v = draw(1, heads, n, d, kind=kind).to(dtype).requires_grad_(True)
    do = (torch.ones(1, heads * group, n, d) if kind == "ones" else draw(1, heads * group, n, d)).to(dtype)
    causal, way = rng.random() < 0.5, rng.choice(["textbook", "math", "flash"])
    wide = [x.repeat_interleave(group, 1) for x in (k, v)]
    attend(way, q, *wide, causal).backward(do)
    dump = {"q": q, "k": k, "v": v, "do": do, "dq": q.grad, "dk": k.grad, "dv": v.grad}
    return way, dump, ["--causal"] if causal else []


def layer(rng, kind, dtype):
    heads, d, n, wide = rng.choice([1, 2]), rng.choice([8, 16, 32]), rng.randint(2, 130), rng.choice([16, 32, 64])
    a = {"large": 2.0, "small": 0.2}.get(kind, 1.0) * wide**-0.5
    x = draw(n, wide, kind=kind).to(dtype).requires_grad_(True)
    w = {name: draw(wide, heads * d, by=a).to(dtype).requires_grad_(True) for name in ("wq", "wk", "wv")}
    has_output, has_bias = rng.random() < 0.5, rng.random() < 0.5
    b = {name: draw(1, heads * d, by=0.1).to(dtype).requires_grad_(True) for name in ("bq", "bk", "bv")} if has_bias else {}
    wo = draw(heads * d, wide, by=(heads * d) ** -0.5).to(dtype).requires_grad_(True) if has_output else None
    causal, way = rng.random() < 0.5, rng.choice(["textbook", "math", "flash"])
    parts = []
    for name in "qkv":
        y = x @ w["w" + name] + (b["b" + name] if has_bias else 0)
        parts.append(y.reshape(n, heads, d).transpose(0, 1)[None])
    o = attend(way, *parts, causal)[0].transpose(0, 1).reshape(n, -1)
    o = o @ wo if has_output else o
    do = (torch.ones(o.shape) if kind == "ones" else draw(*o.shape)).to(dtype)
    o.backward(do)
    given = {**w, **b, **({"wo": wo} if has_output else {})}
    dump = {"x": x, "backward": do, **given, "dx": x.grad, **{"d" + name: g.grad for name, g in given.items()}}
    return f"{way} of projections", dump, ["--heads", str(heads), *(["--causal"] if causal else [])]


index = []
for at in range(count):
    rng = random.Random(seed + at)
    torch.manual_seed(seed + at)
    kind = rng.choice(["normal", "normal", "mean", "large", "small", "ones"])
    name = rng.choice(["float64", "float32", "float32", "float16", "bfloat16"])
    way, dump, options = (attention if rng.random() < 0.6 else layer)(rng, kind, TYPES[name])
    file = f"torch-{at}.pt"
    torch.save({key: value.detach() for key, value in dump.items()}, f"{folder}/{file}")
    index.append({"name": f"{seed + at} torch {way} {kind}", "compute": name, "file": file, "options": options})
json.dump(index, open(f"{folder}/index.json", "w"))
