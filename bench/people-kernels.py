"""Kernels as people write them, right and wrong, with what they give: a dump each, and a list of them.

    python3 bench/people-kernels.py FOLDER

Each dump holds q, k, v (batch, head, token, column) and o. cases.json has for each the options that say what is meant, whether
it is right, and the mistakes that it may be named as. NumPy and torch; seeded.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
from people_kernels import attend, draw, masked, online, out, plain, rope, scores

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
cases = []
def array(t):
    return t.float().numpy() if t.dtype == torch.bfloat16 else t.numpy()


def case(name, q, k, v, o, options="", ids=None, kind=None, **more):
    """`ids`: what a wrong kernel may be called; None for a right one. `kind`: "rightWith" with the options that make it right."""
    held = {"q": q, "k": k, "v": v, "o": o, **more}
    np.savez(folder / f"{name}.npz", **{key: array(t) if isinstance(t, torch.Tensor) else t for key, t in held.items()})
    if ids is not None and isinstance(ids, str):
        ids = ids.split()
    cases.append({"name": name, "options": options.split(), "ids": ids, **({"rightWith": kind} if kind else {})})


# ── right ones ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
for i, dtype in enumerate(["f32", "f16", "bf16", "f64"]):
    q, k, v = draw(i, dtype=dtype)
    case(f"right-sdpa-{dtype}", q, k, v, F.scaled_dot_product_attention(q, k, v))
    case(f"right-sdpa-causal-{dtype}", q, k, v, F.scaled_dot_product_attention(q, k, v, is_causal=True), "--causal")
    eager = torch.softmax((q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(~torch.ones(48, 48).tril().bool(), torch.finfo(q.dtype).min), -1) @ v
    case(f"right-eager-min-{dtype}", q, k, v, eager, "--causal")
q, k, v = draw(20, h=8, kv=2, dtype="bf16")
case("right-gqa", q, k, v, F.scaled_dot_product_attention(q, k, v, enable_gqa=True, is_causal=True), "--causal")
q, k, v = draw(21, n=40, m=72)
case("right-cross", q, k, v, plain(q, k, v, causal=False))
case("right-decode-chunk", q, k, v, plain(q, k, v), "--causal --align bottom-right")
case("right-top-left", q, k, v, F.scaled_dot_product_attention(q, k, v, is_causal=True), "--causal --align top-left")
q, k, v = draw(22, dtype="f32")
for tile in (8, 16, 20, 64):
    case(f"right-online-{tile}", q, k, v, online(q, k, v, tile), "--causal")
case("right-window", q, k, v, plain(q, k, v, window=10), "--causal --window 10")
case("right-scale", q, k, v, plain(q, k, v, scale=0.1), "--causal --scale 0.1")
s = scores(q, k)
case("right-softcap", q, k, v, out(torch.softmax(masked(20 * torch.tanh(s / 20)), -1), v, q), "--causal --softcap 20")
bias = torch.randn(48, 48, generator=torch.Generator().manual_seed(5), dtype=torch.float64).float()
case("right-bias", q, k, v, F.scaled_dot_product_attention(q, k, v, attn_mask=bias), bias=bias)
case("right-rope", q, k, v, attend(rope(q), rope(k), v, q), "--causal --rope half-split")
case("right-rope-interleaved", q, k, v, attend(rope(q, style="pairs"), rope(k, style="pairs"), v, q), "--causal --rope interleaved")
case("right-rope-partial", q, k, v, attend(rope(q, size=16), rope(k, size=16), v, q), "--causal --rope half-split --rotary-size 16")
slopes = torch.tensor([2.0 ** (-2 * (h + 1)) for h in range(4)], dtype=torch.float64)
dist = torch.arange(48)[None] - torch.arange(48)[:, None]
ali = slopes[:, None, None] * dist
case("right-alibi", q, k, v, out(torch.softmax(masked(scores(q, k) + ali), -1), v, q), "--causal --alibi")
x = np.einsum("bhid,bhjd->bhij", q.numpy(), k.numpy()) / np.sqrt(np.float32(32))
x = np.where(np.tril(np.ones((48, 48), bool)), x, np.float32(-1e9))
x = np.exp(x - x.max(-1, keepdims=True))
case("right-numpy", q, k, v, np.einsum("bhij,bhjd->bhid", x / x.sum(-1, keepdims=True), v.numpy()), "--causal")
q, k, v = draw(23, dtype="bf16", size=3)
case("right-sharp", q, k, v, F.scaled_dot_product_attention(q, k, v, is_causal=True), "--causal")

# ── wrong ones: masks ───────────────────────────────────────────────────────────────────────────────────────────────────────
C = "--causal"
q, k, v = draw(100)
case("next-key", q, k, v, plain(q, k, v, offset=1), C, "mask-off-by-one")
case("not-itself", q, k, v, torch.nan_to_num(plain(q, k, v, offset=-1)), C, "mask-excludes-self mask-off-by-one")
case("no-mask", q, k, v, plain(q, k, v, causal=False), C, "mask-missing")
case("zero-fill", q, k, v, out(torch.softmax(scores(q, k).masked_fill(torch.ones(48, 48).triu(1).bool(), 0), -1), v, q), C, "mask-zero-fill")
case("tril-after", q, k, v, out(torch.softmax(scores(q, k), -1).tril(), v, q), C, "mask-after-softmax")
case("triu", q, k, v, out(torch.softmax(scores(q, k).masked_fill(torch.ones(48, 48).tril(-1).bool(), -math.inf), -1), v, q), C, "mask-transposed mask-inverted")
case("window-plus-one", q, k, v, plain(q, k, v, window=9), "--causal --window 8", "window-wider")
case("window-of-tiles", q, k, v, out(torch.softmax(masked(scores(q, k)).masked_fill((torch.arange(48)[:, None] // 8 - torch.arange(48)[None] // 8) > 1, -math.inf), -1), v, q), "--causal --window 9", "window-in-tiles")
q2, k2, v2 = draw(101, n=24, m=56)
case("top-left", q2, k2, v2, plain(q2, k2, v2, offset=0), "--causal --align bottom-right", "causal-top-left")
case("fill-1e4-f16", q, k, v, out(torch.softmax(scores(q, k) + torch.ones(48, 48).triu(1) * -10.0, -1), v, q), C, "mask-finite-fill")
doc = torch.tensor([0] * 20 + [1] * 28)
case("documents", q, k, v, plain(q, k, v), C, "documents-attended mask-missing", mask=(doc[:, None] == doc[None]).float())
lens = torch.ones(2, 1, 1, 48)
lens[1, ..., 30:] = 0
case("padding-other-batch", q, k, v, out(torch.softmax(masked(scores(q, k)).masked_fill(lens.flip(0) == 0, -math.inf), -1), v, q), C, "mask-of-another-head", mask=lens)
case("padding-ignored", q, k, v, plain(q, k, v, causal=False), "", "key-length-ignored mask-missing", mask=lens)

# scale and softmax
case("no-scale", q, k, v, plain(q, k, v, scale=1.0), C, "scale-missing")
case("scale-by-d", q, k, v, plain(q, k, v, scale=1 / 32), C, "scale-by-dk scale-twice")
case("scale-model", q, k, v, plain(q, k, v, scale=1 / math.sqrt(128)), C, "scale-by-sqrt-dmodel")
case("exp2", q, k, v, out(torch.softmax(masked(scores(q, k)) * math.log(2), -1), v, q), C, "softmax-base-2")
case("softmax-dim-queries", q, k, v, out(torch.softmax(scores(q, k), -2), v, q), "", "softmax-over-columns")
case("softmax-dim-heads", q, k, v, out(torch.softmax(scores(q, k), 1), v, q), "", "softmax-over-heads")
e = masked(scores(q, k))
case("plus-one", q, k, v, out(torch.exp(e) / (1 + torch.exp(e).sum(-1, keepdim=True)), v, q), C, "softmax-plus-one")
z = torch.exp(e - e.amax(-1, keepdim=True))
case("plus-one-unshifted", q, k, v, out(z / (1 + z.sum(-1, keepdim=True)), v, q), C, "softmax-plus-one-unshifted softmax-plus-one")
case("unnormalised", q, k, v, out(z, v, q), C, "softmax-not-normalised")
big = draw(102, dtype="f16", size=30)
over = (big[0].float() @ big[1].float().mT / math.sqrt(32))
case("f16-overflow", *big, (torch.exp(over) / torch.exp(over).sum(-1, keepdim=True) @ big[2].float()).half(), "", "softmax-no-maximum")
huge = draw(103, dtype="f16", size=4000)
case("score-overflow", *huge, torch.softmax((huge[0] @ huge[1].mT) / math.sqrt(32), -1).nan_to_num(nan=math.nan) @ huge[2], "", "score-overflow softmax-no-maximum")
n2 = masked(scores(q, k))
tiles = torch.stack([n2[..., 16 * t : 16 * t + 16].amax(-1) for t in range(3)], -1)
wl = masked(scores(q, k), window=10)
m0, acc, tot = torch.full(wl.shape[:-1], -math.inf, dtype=torch.float64), 0, 0
for t in range(3):
    part = wl[..., 16 * t : 16 * t + 16]
    m1 = torch.maximum(m0, part.amax(-1))
    p, c = torch.exp(part - m1[..., None]), torch.exp(m0 - m1)
    acc, tot, m0 = acc * c[..., None] + p @ v.double()[..., 16 * t : 16 * t + 16, :], tot * c + p.sum(-1), m1
case("empty-first-tile", q, k, v, (acc / tot[..., None]).float(), "--causal --window 10", "empty-tile-nan")

# online softmax and tiles
case("no-rescale", q, k, v, online(q, k, v, 16, rescale=False), C, "nothing-rescaled accumulator-not-rescaled")
case("rescale-if-large", *(s := draw(105, size=3)), online(*s, 16, condition=lambda a, b: b - a > 1), C, "rescaled-on-condition")
case("last-tile-unmasked", q, k, v, online(q, k, v, 16, masks=lambda t, last, raw, sm: sm if t == last else raw), C, "mask-in-last-tile-only")
case("diagonal-skipped", q, k, v, torch.nan_to_num(online(q, k, v, 16, skip=lambda t, i: t == i // 16)), C, "keys-dropped")
case("diagonal-open", q, k, v, online(q, k, v, 16, masks=lambda t, last, raw, sm: raw.masked_fill((16 * t > torch.arange(48) // 16 * 16)[:, None], -math.inf)), C, "diagonal-tile-unmasked")
case("last-twice", q, k, v, online(q, k, v, 16, twice=True), C, "keys-doubled")
case("value-tile-behind", q, k, v, online(q, k, v, 16, causal=False, vshift=-1), "", "value-tile-behind values-shifted value-tiles-swapped")
q3, k3, v3 = draw(106, n=50)
case("rest-dropped", q3, k3, v3, plain(q3, k3[..., :48, :], v3[..., :48, :], causal=False), "", "keys-dropped")
case("rest-padded", q3, k3, v3, plain(q3, F.pad(k3, (0, 0, 0, 14)), F.pad(v3, (0, 0, 0, 14)), causal=False), "", "padding-attended")
kz, vz = k3.clone(), v3.clone()
kz[..., 20:27, :] = 0
vz[..., 20:27, :] = 0
case("hole-in-cache", q3, k3, v3, plain(q3, kz, vz, causal=False), "", "keys-read-as-zeros")
s3 = scores(q3, k3)
parts = [(0, 13), (13, 50)]
outs = [torch.softmax(s3[..., a:b], -1) @ v3.double()[..., a:b, :] for a, b in parts]
lse = torch.stack([torch.logsumexp(s3[..., a:b], -1) for a, b in parts])
case("uneven-split-mean", q3, k3, v3, (outs[0] + outs[1]).float() / 2, "", "splits-misweighted")
w2 = torch.softmax(lse / math.log(2), 0)
case("uneven-split-base", q3, k3, v3, sum(w[..., None] * o for w, o in zip(w2, outs)).float(), "", "splits-misweighted")
rows = plain(q3, k3, v3).clone()
rows[..., 48:, :] = 0
case("rows-unwritten", q3, k3, v3, rows, C, "rows-missing")

def moved(x, one, other, swap=True):
    """Page `other` where page `one` should be, of 16 rows; perhaps the other way round, too."""
    y = x.clone()
    y[:, :, 16 * one : 16 * one + 16] = x[:, :, 16 * other : 16 * other + 16]
    if swap:
        y[:, :, 16 * other : 16 * other + 16] = x[:, :, 16 * one : 16 * one + 16]
    return y


case("pages-swapped-causal", q, k, v, plain(q, moved(k, 0, 2), moved(v, 0, 2)), C, "tile-repeated storage-misread")
case("key-page-repeated", q, k, v, plain(q, moved(k, 1, 2, False), v, causal=False), "", "tile-repeated")
case("key-pages-swapped", q, k, v, plain(q, moved(k, 0, 1), v), C, "tile-repeated")
case("value-pointer-stays", q, k, v, plain(q, k, v[:, :, :16].repeat(1, 1, 3, 1), causal=False), "", "tile-repeated")
case("half-of-columns-copied", q, k, v, plain(q, k, v)[..., torch.arange(32) % 16], C, "columns-misplaced")
case("columns-interleaved", q, k, v, plain(q, k, v)[..., torch.arange(32).view(2, 16).T.flatten()], C, "columns-misplaced")
of_heads = torch.randn(4, 48, 48, generator=torch.Generator().manual_seed(6), dtype=torch.float64).float()
case("bias-of-head-0", q, k, v, out(torch.softmax(scores(q, k) + of_heads[:1].double(), -1), v, q), "", "bias-of-another-head", bias=of_heads)

# heads, layout
qg, kg, vg = draw(107, h=8, kv=2)
case("gqa-tiled", qg, kg, vg, plain(qg, kg.repeat(1, 4, 1, 1), vg.repeat(1, 4, 1, 1)), C, "kv-heads-tiled")
case("gqa-head-zero", qg, kg, vg, plain(qg, kg[:, :1].expand(-1, 8, -1, -1), vg[:, :1].expand(-1, 8, -1, -1)), C, "kv-head-other")
case("gqa-clamped", qg, kg, vg, plain(qg, kg[:, torch.arange(8).clamp(max=1)], vg[:, torch.arange(8).clamp(max=1)]), C, "kv-head-other")
case("transpose-view", q, k, v, plain(q, k, v).transpose(1, 2).contiguous().view(q.shape), C, "axes-misread", )
case("only-k-misread", q, k, v, plain(q, k.reshape(2, 48, 4, 32).transpose(1, 2), v), C, "axes-misread")
case("kt-by-view", q, k, v, out(torch.softmax(masked(q.double() @ k.double().reshape(2, 4, 32, 48) / math.sqrt(32)), -1), v, q), C, "key-misread")
case("value-buffer", q, k, v, plain(q, k, v.mT.reshape(v.shape)), C, "value-misread")
case("batch-stride", q, k, v, plain(q, k[:1].expand(2, -1, -1, -1), v[:1].expand(2, -1, -1, -1)), C, "batch-misread")
case("heads-rolled", q, k, v, plain(q, k.roll(1, 1), v.roll(1, 1)), C, "kv-head-other")

# positions
R = "--causal --rope half-split"
case("rope-pairs", q, k, v, attend(rope(q, style="pairs"), rope(k, style="pairs"), v, q), R, "rotary-pairing")
case("rope-off-7", q, k, v, attend(rope(q, positions=torch.arange(48.0) + 7), rope(k), v, q), R, "rope-position-off")
case("rope-partial-ignored", q, k, v, attend(rope(q), rope(k), v, q), R + " --rotary-size 16", "rotary-size-ignored")
inv32 = 10000.0 ** (-torch.arange(0, 16, 2, dtype=torch.float64) / 32)
case("rope-over-head", q, k, v, attend(rope(q, size=16, freqs=inv32), rope(k, size=16, freqs=inv32), v, q), R + " --rotary-size 16", "rotary-frequencies-of-head")
case("rope-linear-missing", q, k, v, attend(rope(q), rope(k), v, q), R + " --scaling linear --scaling-factor 4", "rope-scaling-missing")
case("rope-surplus", q, k, v, attend(rope(q), rope(k), v, q), C, "rope-surplus")
case("rope-twice", q, k, v, attend(rope(rope(q)), rope(rope(k)), v, q), R, "rope-twice")
case("rope-bf16-angles", *(s := draw(108, n=96, b=1)), attend(rope(s[0], dtype=torch.bfloat16), rope(s[1], dtype=torch.bfloat16), s[2], s[0]), R, "rope-rounded")
case("alibi-flat", q, k, v, out(torch.softmax(masked(scores(q, k) + ali.flip(0)), -1), v, q), "--causal --alibi", "bias-of-another-head")
case("bias-transposed", q, k, v, F.scaled_dot_product_attention(q, k, v, attn_mask=bias.mT), "", "bias-transposed", bias=bias)
case("softcap-forgotten", *(s := draw(109, size=4)), plain(*s), "--causal --softcap 5", "softcap-missing")
case("dropout", *(s := draw(110, n=64)), out(torch.softmax(masked(scores(s[0], s[1])), -1) * (torch.rand(2, 4, 64, 64, generator=torch.Generator().manual_seed(9)) > 0.1) / 0.9, s[2], s[0]), C, "dropout-left-on")
g = (1 + 0.5 * torch.randn(32, generator=torch.Generator().manual_seed(3), dtype=torch.float64)).float()
h = (1 + 0.5 * torch.randn(32, generator=torch.Generator().manual_seed(4), dtype=torch.float64)).float()
case("qk-norm-skipped", q, k, v, plain(q, k, v), C + " ", "qk-norm-missing", queryNorm=g[None], keyNorm=h[None])
rms = lambda x, w: x.double() / (x.double().pow(2).mean(-1, keepdim=True) + 1e-6).sqrt() * w
case("qk-norm-weight-lost", q, k, v, attend(rms(q, 1), rms(k, 1), v, q), C + "  --eps 1e-6", "qk-norm-weight-missing", queryNorm=g[None], keyNorm=h[None])
case("qk-norm-after-rope", q, k, v, attend(rms(rope(q), g), rms(rope(k), h), v, q), R + "  --eps 1e-6", "qk-norm-after-rope", queryNorm=g[None], keyNorm=h[None])
# more of what people do
P = lambda s: torch.softmax(s, -1)
q, k, v = draw(1000)
case("rope-on-v", q, k, v, attend(rope(q), rope(k), rope(v), q), R, "rope-surplus")
doc = torch.tensor([0] * 20 + [1] * 28); doc2 = torch.tensor([0] * 19 + [1] * 29)
ok = doc[:, None] == doc[None]; ok2 = doc2[:, None] == doc2[None]
case("doc-early", q, k, v, out(P(masked(scores(q, k)).masked_fill(~ok2, -math.inf)), v, q), C, "mask-off-by-one", mask=ok.float())
pages = torch.tensor([2, 0, 1])
vp = v.reshape(2, 4, 3, 16, 32)[:, :, pages].reshape(v.shape)
case("value-pages", q, k, v, plain(q, k, vp, causal=False), "", "tile-repeated value-tiles-swapped")
case("residual-q", q, k, v, plain(q, k, v) + q, C, "residual-added")
case("residual-v", q, k, v, plain(q, k, v) + v, C, "residual-added")
lin = (-0.03 * (torch.arange(48)[:, None] - torch.arange(48)[None]).abs()).double()
case("linear-bias", q, k, v, out(P(masked(scores(q, k) + lin)), v, q), C, "bias-surplus")
heavy = scores(q, k).clone(); heavy[..., 0] += 1.0
case("key-heavy", q, k, v, out(P(heavy), v, q), "", "bias-surplus")
heavy2 = scores(q, k).clone(); heavy2[..., 47] += math.log(2)
case("last-key-twice", q, k, v, out(P(heavy2), v, q), "", "keys-doubled key-weighted")
s = masked(scores(q, k)); kth = s.topk(8, -1).values[..., -1:]
case("topk", q, k, v, out(P(s.masked_fill(s < kth, -math.inf)), v, q), C, "other-keys-attended")
case("q-reversed", q, k, v, plain(q.flip(-1), k, v), C, "columns-unpaired")
pre = torch.ones(48, 48).tril().bool() | ((torch.arange(48)[:, None] < 12) & (torch.arange(48)[None] < 12))
case("prefix", q, k, v, out(P(scores(q, k).masked_fill(~pre, -math.inf)), v, q), C, "other-keys-attended")
b16 = draw(1001, n=96, dtype="bf16")
case("sums-large", *b16, (P(scores(b16[0], b16[1])) @ b16[2].double() / 1.01).bfloat16(), "", "rows-scaled")
qg, kg, vg = draw(1002, h=8, kv=4)
idx = (torch.arange(8) // 4)
case("group-wrong", qg, kg, vg, plain(qg, kg[:, idx], vg[:, idx]), C, "kv-head-other")
q, k, v = draw(1100)
case("k-stale-tile", q, k, v, plain(q, torch.cat([k[:, :, :32], k[:, :, 16:32]], 2), v, causal=False), "", "tile-repeated key-tile-behind")
case("q-heads-swapped", q, k, v, plain(q[:, [1, 0, 3, 2]], k, v), C, "kv-head-other")
case("out-heads-concat", q, k, v, plain(q, k, v).transpose(1, 2).reshape(2, 48, 128).reshape(2, 48, 32, 4).permute(0, 3, 1, 2).contiguous(), C, "columns-misplaced heads-interleaved axes-misread columns-misread")
case("scale-after-bias", q, k, v, out(P(masked((q.double() @ k.double().mT + (bb := torch.randn(48, 48, generator=torch.Generator().manual_seed(8)).double())) / math.sqrt(32))), v, q), C, "bias-before-scale", bias=bb.float())
case("causal-strict-first-kept", q, k, v, out(P(masked(scores(q, k), offset=-1).index_fill(2, torch.tensor([0]), 0.0)), v, q), C, "mask-excludes-self mask-off-by-one")
kk = k.clone(); kk[:, :, 0] = 0; vv = v.clone(); vv[:, :, 0] = 0
case("slot0-overwritten", q, k, v, plain(q, kk, vv), C, "keys-read-as-zeros")
k2, v2 = k.clone(), v.clone(); k2[:, :, 47] = k[:, :, 46]; v2[:, :, 47] = v[:, :, 46]
case("new-token-not-appended", q[:, :, 47:], k, v, plain(q[:, :, 47:], k2, v2, causal=False), "", "keys-repeated tile-repeated keys-doubled")
case("softmax-half-then-renorm", q, k, v, out((w := P(masked(scores(q, k)))) * (w > 0.02) / (w * (w > 0.02)).sum(-1, keepdim=True), v, q), C, "other-keys-attended")
case("clip-scores", *(t := draw(1102, size=6)), out(P(masked(scores(t[0], t[1]).clamp(-5, 5))), t[2], t[0]), C, "softcap-other")
case("qk-l2", q, k, v, attend(F.normalize(q.double(), dim=-1), F.normalize(k.double(), dim=-1), v, q), C, "qk-norm-surplus")
case("head-batch-scale", q, k, v, plain(q, k, v, scale=1 / math.sqrt(4)), C, "scale-other")
case("split-k-half-lost", q, k, v, plain(q, k[:, :, 24:], v[:, :, 24:], causal=False), "", "other-keys-attended keys-dropped")
case("half-head-dim", q, k, v, out(P(masked(scores(q[..., :16], k[..., :16], 1 / math.sqrt(32)))), v, q), C, "features-dropped")
case("tail-dim-lost", *(t := draw(1103, d=40)), out(P(masked(scores(t[0][..., :32], t[1][..., :32], 1 / math.sqrt(40)))), t[2], t[0]), C, "features-dropped")
case("k-cols-swapped-halves", q, k, v, plain(q, torch.cat([k[..., 16:], k[..., :16]], -1), v), C, "columns-unpaired")
case("rope-q-only", q, k, v, attend(rope(q), k.double(), v, q), R, "rope-missing")
case("rope-neg", q, k, v, attend(rope(q, positions=-torch.arange(48.)), rope(k), v, q), R, "rope-direction")
case("rope-base", q, k, v, attend(rope(q, base=500000.), rope(k, base=500000.), v, q), R, "base-off rope-base")
case("window-both", q, k, v, out(P(scores(q, k).masked_fill((torch.arange(48)[:, None] - torch.arange(48)[None]).abs() >= 8, -math.inf)), v, q), "--causal --window 8", "other-keys-attended window-symmetric")
alis = torch.tensor([2.0 ** (-2 * (h + 1)) for h in range(4)], dtype=torch.float64)
dist = (torch.arange(48)[None] - torch.arange(48)[:, None]).double()
case("alibi-sign", q, k, v, out(P(masked(scores(q, k) - alis[:, None, None] * dist)), v, q), "--causal --alibi", "bias-negated alibi-negated")
case("alibi-scaled", q, k, v, out(P(masked((q.double() @ k.double().mT + alis[:, None, None] * dist) / math.sqrt(32))), v, q), "--causal --alibi", "bias-before-scale")
case("batch-mask-0", q, k, v, out(P(scores(q, k).masked_fill(torch.arange(48) >= 30, -math.inf)), v, q), "", "mask-of-another-head", mask=torch.stack([torch.arange(48) < 30, torch.arange(48) < 40]).float()[:, None, None])
case("out-div-twice", q, k, v, out((e := torch.exp(masked(scores(q, k)) - masked(scores(q, k)).amax(-1, keepdim=True))) / e.sum(-1, keepdim=True) ** 2, v, q), C, "divided-twice rows-scaled")

# tiles, splits and scales that go wrong in one place
def last_tile_only(q, k, v, tile=16):
    return plain(q, k[:, :, -tile:], v[:, :, -tile:], causal=False)


case("maximum-never-stored", q, k, v, last_tile_only(q, k, v), "", "tiles-overwritten")
def two_loops(q, k, v, tile=16):
    """The second loop, over the tile with the diagonal, does not rescale what the first one added up."""
    full, rows = masked(scores(q, k)), []
    for a in range(0, 48, tile):
        before, diagonal = full[..., a : a + tile, :a], full[..., a : a + tile, a : a + tile]
        old = before.amax(-1, keepdim=True) if a else torch.full_like(diagonal[..., :1], -math.inf)
        new = torch.maximum(old, diagonal.amax(-1, keepdim=True))
        first, second = torch.exp(before - old), torch.exp(diagonal - new)
        total = first.sum(-1, keepdim=True) * torch.exp(old - new) + second.sum(-1, keepdim=True)
        rows.append((first @ v[:, :, :a].double() + second @ v[:, :, a : a + tile].double()) / total)
    return torch.cat(rows, 2).float()


case("rescale-not-in-masked-loop", q, k, v, two_loops(q, k, v), C, "rescaled-in-one-loop")
case("k-tile-viewed", q, k, v, plain(q, k.reshape(2, 4, 3, 32, 16).mT.reshape(k.shape), v, causal=False), "", "tiles-transposed")
qr, kr, vr = draw(1104, n=52)
behind = lambda x: torch.cat([x, torch.cat([x[:, 1:, :12], torch.zeros(2, 1, 12, 32)], 1)], 2)
case("reads-next-head", qr, kr, vr, plain(qr, behind(kr), behind(vr), causal=False), "", "keys-behind-attended padding-attended")
one, two = [torch.logsumexp(scores(q, part), -1, keepdim=True) for part in (k[:, :, :32], k[:, :, 32:])]
shares = torch.softmax(torch.cat([two, one], -1), -1)
merged = sum(shares[..., i : i + 1] * plain(q, k[:, :, a:b], v[:, :, a:b], causal=False) for i, (a, b) in enumerate([(0, 32), (32, 48)]))
case("merge-swapped", q, k, v, merged.float(), "", "splits-misweighted")
ql, kl, vl = draw(1105, n=24, m=56)
i, j = torch.arange(24)[:, None], torch.arange(56)[None]
ends = out(P(scores(ql, kl).masked_fill((j > i + 32) | (j >= i // 8 * 8 + 8), -math.inf)), vl, ql)
case("loop-without-offset", ql, kl, vl, ends, "--causal --align bottom-right", "key-loop-top-left")
kx = k.clone(); kx[:, :, (torch.arange(48) & 4) > 0] = k[:, :, (torch.arange(48) & 4) > 0][..., torch.arange(32) ^ 8]
case("swizzle-missed", q, k, v, plain(q, kx, v), C, "storage-misread")
case("q-heads-of-groups", qg, kg, vg, plain(qg[:, [0, 2, 4, 6, 1, 3, 5, 7]], kg, vg), C, "kv-head-other")
k8 = k * torch.tensor([0.5, 2.0, 1.0]).repeat_interleave(16)[:, None]
amax = k8.unflatten(2, (3, 16)).abs().amax((-1, -2), keepdim=True)
ints = (k8.unflatten(2, (3, 16)).double() / amax * 127).round() / 127
case("scale-of-tile-before", q, k8, v, plain(q, (ints * amax[:, :, [0, 0, 1]]).flatten(2, 3), v, causal=False), "", "scale-of-another-tile")
case("fill-of-9", q, k, v, out(P(torch.where(torch.ones(48, 48).tril().bool(), scores(q, k), scores(q, k) - 9)), v, q), C, "mask-finite-fill")
added = sum(torch.exp(part - torch.maximum(one, two)) * plain(q, k[:, :, a:b], v[:, :, a:b], causal=False) for part, a, b in [(one, 0, 32), (two, 32, 48)])
case("merge-not-divided", q, k, v, added.float(), "", "splits-misweighted")
turns = [torch.tensor([j for j in range(48) if j // 8 % 2 == own]) for own in (0, 1)]
own = [scores(q, k[:, :, t]) for t in turns]
powers = [torch.exp(s - s.amax(-1, keepdim=True)) for s in own]
shared = sum(p @ v[:, :, t].double() for p, t in zip(powers, turns)) / sum(p.sum(-1, keepdim=True) for p in powers)
case("two-warps-own-maxima", q, k, v, shared.float(), "", "splits-misweighted")
rescaled, kept = online(q, k, v), online(q, k, v, rescale=False)
case("half-of-columns-rescaled", q, k, v, torch.cat([rescaled[..., :16], kept[..., 16:]], -1), C, "accumulator-not-rescaled nothing-rescaled")
full = scores(q, k)
tops = torch.stack([full[..., :16].amax(-1), full[..., :32].amax(-1), full.amax(-1)])
shrunk = torch.exp(tops[:-1] - tops[1:])[..., torch.arange(48) ^ 8]
parts = [torch.exp(full[..., a : a + 16] - tops[a // 16][..., None]) @ v[:, :, a : a + 16].double() for a in (0, 16, 32)]
mixed = (parts[0] * shrunk[0][..., None] + parts[1]) * shrunk[1][..., None] + parts[2]
case("factors-of-row-8-on", q, k, v, (mixed / torch.exp(full - tops[2][..., None]).sum(-1, keepdim=True)).float(), "", "rescaled-by-another-row")
new = torch.arange(48.0); new[47] = 48
case("new-key-one-on", q[:, :, 47:], k, v, attend(rope(q)[:, :, 47:], rope(k, positions=new), v, q[:, :, 47:], causal=False), "--causal --align bottom-right --rope half-split", "rope-position-off")
case("slopes-of-other-rank", q, k, v, out(P(masked(scores(q, k) + 16 * alis[:, None, None] * dist)), v, q), "--causal --alibi", "bias-scaled alibi-slopes-next-power")
packed = scores(q, k).masked_fill(torch.arange(48)[None] > 3 * torch.arange(48)[:, None] + 1, -math.inf)
case("packed-rows-as-positions", q, k, v, out(P(packed), v, q), C, "other-keys-attended")


q, k, v = draw(100)
# right under another option
case("with-causal", q, k, v, plain(q, k, v), "", [], kind="causal")
case("with-scale", q, k, v, plain(q, k, v, scale=1.0), C + " --scale 0.5", [], kind="scale")
q4, k4, v4 = draw(111, n=24, m=40)
case("with-align", q4, k4, v4, plain(q4, k4, v4, offset=0), "--causal --align bottom-right", "causal-top-left", kind="align")
case("with-window", q, k, v, plain(q, k, v, window=9), "--causal --window 8", "window-wider", kind="window")

(folder / "cases.json").write_text(json.dumps(cases, indent=1))
print(len([c for c in cases if c["ids"] is None]), "right,", len([c for c in cases if c["ids"] is not None]), "wrong")
