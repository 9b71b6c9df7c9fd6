"""A tiled attention as kernels have it, in torch: an online softmax over tiles of keys; and ways to get it wrong."""

import math

import torch


def tiled(q, k, v, causal, scale=None, tile=16, wrong=""):
    """q, k, v: (B, H, N, D) → (B, H, N, D) and the log-sum-exp (B, H, N)."""
    dtype = q.dtype
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    if wrong == "scale-missing":
        scale = 1.0
    queries, keys = q.shape[-2], k.shape[-2]
    shape = q.shape[:-1]
    largest = torch.full(shape, -math.inf)
    total = torch.zeros(shape)
    acc = torch.zeros(*shape, v.shape[-1])
    rows = torch.arange(queries)[:, None]
    for start in range(0, keys, tile):
        columns = torch.arange(start, min(start + tile, keys))[None, :]
        scores = q.float() @ k[..., start : start + tile, :].float().transpose(-1, -2) * scale
        if causal:
            ahead = 1 if wrong == "mask-off-by-one" else 0
            scores = scores.masked_fill(columns > rows + ahead, -math.inf)
        new = torch.maximum(largest, scores.amax(-1))
        weights = torch.exp(scores - new[..., None])
        rescale = torch.exp(largest - new)
        total = total * rescale + weights.sum(-1)
        kept = acc if wrong == "accumulator-not-rescaled" else acc * rescale[..., None]
        acc = kept + weights.to(dtype).float() @ v[..., start : start + tile, :].float()
        largest = new
    return (acc / total[..., None]).to(dtype), largest + torch.log(total)


def gradients(q, k, v, do, causal):
    """dq, dk and dv of an eager attention, by autograd in float32."""
    q, k, v = (one.detach().clone().requires_grad_() for one in (q, k, v))
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -math.inf)
    (scores.softmax(-1) @ v).backward(do)
    return q.grad, k.grad, v.grad
