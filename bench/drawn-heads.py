"""qkv beside torch on drawn problems of multihead: python3 bench/drawn-heads.py [SEED] [COUNT].

Grouped heads, biases, norms of queries and keys, a cache, RoPE with its scalings, ALiBi, windows, sinks, softcap, torch's extra keys;
weights, output and all gradients. Prints what differs by more than 1e-8, as a command that can be typed, and how many arrays were compared.
"""

import json
import math
import re
import shlex
import struct
import subprocess
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
seed, count = (int(text) for text in (sys.argv[1:] + ["1", "100"][len(sys.argv) - 1 :]))
rng = np.random.default_rng(seed)
served = subprocess.Popen(["node", "bin/qkv.js", "serve", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def receive():
    header, body = struct.unpack("<II", served.stdout.read(8))
    return json.loads(served.stdout.read(header)), served.stdout.read(body)


def run(argv):
    header = json.dumps({"id": 1, "argv": [*argv, "--json"], "files": []}).encode()
    served.stdin.write(struct.pack("<II", len(header), 0) + header)
    served.stdin.flush()
    answer, body = receive()
    sizes = dict(answer["files"])
    return json.loads(body[: sizes["-"]]) if sizes.get("-") else answer


def chance(share):
    return rng.random() < share


def pick(*choices):
    return choices[rng.integers(len(choices))]


def typed(array):
    return "; ".join(" ".join(repr(float(x)) for x in row) for row in array)


def frequencies(size, base):
    """ω of each pair under a drawn scaling, the factor of cos and sin, and the option that says so."""
    i = np.arange(0, size, 2)
    omega = base ** (-i / size)
    kind, s, trained = pick("none", "linear", "ntk", "dynamic", "yarn", "llama3"), pick(2, 4, 8), int(pick(4, 16, 64))
    if kind == "none" or (size <= 2 and kind in ("ntk", "dynamic")):
        return omega, 1, []
    if kind == "linear":
        return omega / s, 1, ["--scaling", f"linear:factor={s}"]
    if kind == "ntk":
        return (base * s ** (size / (size - 2))) ** (-i / size), 1, ["--scaling", f"ntk:factor={s}"]
    option = ["--scaling", f"{kind}:factor={s},original={trained}"]
    if kind == "dynamic":
        length = trained * int(pick(1, 2, 3))
        option[1] += f",sequence={length}"
        stretched = base * (s * length / trained - (s - 1)) ** (size / (size - 2)) if length > trained else base
        return stretched ** (-i / size), 1, option
    if kind == "yarn":
        place = lambda turns: size * math.log(trained / (turns * 2 * math.pi)) / (2 * math.log(base))
        low, high = max(math.floor(place(32)), 0), min(math.ceil(place(1)), size - 1)
        kept = 1 - np.clip((np.arange(size // 2) - low) / (high - low if high > low else 0.001), 0, 1)
        return omega / s * (1 - kept) + omega * kept, 0.1 * math.log(s) + 1, option
    kept = np.clip((trained / (2 * math.pi / omega) - 1) / (4 - 1), 0, 1)
    return (1 - kept) * omega / s + kept * omega, 1, option


def turned(x, positions, omega, factor, pairs):
    angles = torch.tensor(np.outer(positions, omega))
    cos, sin = torch.cos(angles) * factor, torch.sin(angles) * factor
    size = 2 * len(omega)
    first, second = (slice(0, size, 2), slice(1, size, 2)) if pairs == "interleaved" else (slice(size // 2), slice(size // 2, size))
    y = x.clone()
    y[:, first] = x[:, first] * cos - x[:, second] * sin
    y[:, second] = x[:, first] * sin + x[:, second] * cos
    return y


def slopes(heads):
    powers = lambda n: [2 ** (-8 * (h + 1) / n) for h in range(n)]
    below = 2 ** int(math.log2(heads))
    return powers(heads) if below == heads else powers(below) + powers(2 * below)[0::2][: heads - below]


def draw():
    """A command, and what torch gives for it by name."""
    n, heads, size, width = int(rng.integers(1, 6)), int(pick(1, 2, 3, 4)), int(pick(2, 4, 6)), int(rng.integers(2, 7))
    groups = int(pick(*[g for g in range(1, heads + 1) if heads % g == 0]))
    argv, given = ["multihead", "--heads", str(heads), "--kv-heads", str(groups)], {}

    def take(name, rows, cols):
        array = np.round(rng.normal(size=(rows, cols)) * 1.2, 2)
        given[name] = torch.tensor(array, requires_grad=True)
        argv.extend(["--" + name, typed(array)])
        return given[name]

    x = take("x", n, width)
    q, k, v = x @ take("wq", width, heads * size), x @ take("wk", width, groups * size), x @ take("wv", width, groups * size)
    wo = take("wo", heads * size, width)
    if chance(0.3):
        q, k, v = q + take("bq", 1, heads * size), k + take("bk", 1, groups * size), v + take("bv", 1, groups * size)
    cut = lambda matrix, head: matrix[:, head * size : (head + 1) * size]
    norms = [take(name, 1, size) for name in ("query-norm", "key-norm")] if chance(0.25) else None
    past = int(rng.integers(1, 4)) if chance(0.3) else 0
    cache = [take(name, past, groups * size) for name in ("past-key", "past-value")] if past else None
    rope = pick(None, "interleaved", "half-split")
    if rope:
        part = int(pick(*range(2, size + 1, 2)))
        omega, factor, option = frequencies(part, 10_000)
        argv += ["--rope", rope, "--rotary-size", str(part), *option]
    alibi, causal, window = chance(0.3), chance(0.6), int(rng.integers(1, 4)) if chance(0.25) else None
    argv += ["--alibi"] * alibi + ["--causal"] * causal + (["--window", str(window)] if window else [])
    cap = 3.5 if chance(0.2) else None
    argv += ["--softcap", "3.5"] if cap else []
    sinks = take("sinks", 1, heads) if chance(0.25) else None
    isPlain = not (rope or alibi or window or causal)
    extra = [take(name, 1, groups * size) for name in ("bias-k", "bias-v")] if isPlain and chance(0.3) else None
    i, j = np.arange(n)[:, None] + past, np.arange(n + past)[None]
    open_ = np.ones((n, n + past), bool)
    if causal or window:
        open_ &= j <= i
    if window:
        open_ &= j > i - window
    weights, contexts = [], []
    for head in range(heads):
        group = head * groups // heads
        own = [cut(q, head), cut(k, group)]
        if norms:
            own = [m / torch.sqrt((m * m).mean(1, keepdim=True) + 1e-5) * norm for m, norm in zip(own, norms)]
        if rope:
            own = [turned(m, np.arange(n) + past, omega, factor, rope) for m in own]
        query, keys, values = *own, cut(v, group)
        if cache:
            keys, values = torch.cat([cut(cache[0], group), keys]), torch.cat([cut(cache[1], group), values])
        if extra:
            keys, values = torch.cat([keys, cut(extra[0], group)]), torch.cat([values, cut(extra[1], group)])
        scores = query @ keys.T / math.sqrt(size)
        if cap:
            scores = cap * torch.tanh(scores / cap)
        if alibi:
            scores = scores - slopes(heads)[head] * torch.tensor(i - j)
        seen = np.concatenate([open_, np.ones((n, scores.shape[1] - n - past), bool)], 1)
        scores = scores.masked_fill(~torch.tensor(seen), -math.inf)
        if sinks is not None:
            scores = torch.cat([scores, sinks[0, head].expand(n, 1)], 1)
        weights.append(torch.softmax(scores, 1))
        contexts.append(weights[-1][:, : len(values)] @ values)
    output = torch.cat(contexts, 1) @ wo
    upstream = np.round(rng.normal(size=output.shape), 2)
    output.backward(torch.tensor(upstream))
    argv += ["--backward", typed(upstream)]
    wanted = {"weights": torch.stack(weights), "output": output}
    return argv, {**wanted, **{name: one.grad if one.grad is not None else torch.zeros_like(one) for name, one in given.items()}}


receive()
compared = different = 0
for _ in range(count):
    argv, wanted = draw()
    found = run(argv)
    inner = {re.sub("[A-Z]", lambda sign: "-" + sign[0].lower(), name): one for name, one in found.get("gradients", {}).items()}
    found = {**inner, **{name: found.get(name) for name in ("weights", "output")}}
    for name, one in wanted.items():
        compared += 1
        want, got = one.detach().numpy(), np.array(found.get(name), dtype=float)
        if got.shape != want.shape or not np.allclose(got, want, rtol=1e-8, atol=1e-8):
            different += 1
            print(f"{name} differs: qkv {shlex.join(argv)}")
print(f"{different} of {compared} arrays differ")
