"""Attentions that are worked, explained, and told by their answers."""

import math

import pytest

import qkv

numpy = pytest.importorskip("numpy")

SHARE = math.e / (1 + math.e)


def test_attend():
    run = qkv.attend([[1, 0]], [[0, 1], [1, 0]], [[10, 1], [20, 2]], scale="none")
    # q·k is 0 and 1: weights 1/(1 + e) and e/(1 + e).
    assert run.weights == pytest.approx(numpy.array([[1 - SHARE, SHARE]]))
    assert run.output == pytest.approx(numpy.array([[10 + 10 * SHARE, 1 + SHARE]]))
    assert run.step("scores").tolist() == [[0, 1]]
    assert run.step_ids[0] == "scores" and run.warnings == []
    assert run.why("weights[0,1]", depth=1).startswith("weights[0,1] = 0.7311")
    assert "Weights" in str(run)
    with pytest.raises(KeyError, match="there are scores"):
        run.step("weigths")


def test_multihead():
    run = qkv.multihead(numpy.eye(4), numpy.eye(4), numpy.eye(4), heads=2)
    assert run.weights.shape == (2, 4, 4)
    assert run.output.shape == (4, 4)
    assert run.step("head 1/weights").shape == (4, 4)


def test_not_finite():
    run = qkv.attend([[math.inf]], [[1.0], [0.0]], scale="none")
    assert math.isnan(run.weights[0, 0])


def test_explain():
    assert qkv.explain("weights[0,1]", [[1, 0]], [[1, 0], [0, 1]]).startswith("weights[0,1] = 0.3302")
    assert qkv.explain("weights[1,0]").startswith("weights[")


def test_identify():
    def kernel(q, k, v, mask=None):
        group = q.shape[1] // k.shape[1]
        k, v = numpy.repeat(k, group, 1), numpy.repeat(v, group, 1)
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
        queries, keys = scores.shape[-2:]
        scores = numpy.where(numpy.tri(queries, keys, keys - queries, dtype=bool), scores, -numpy.inf)
        if mask is not None:
            scores = numpy.where(mask, scores, -1e30)
        powers = numpy.exp(scores - scores.max(-1, keepdims=True))
        sums = powers.sum(-1, keepdims=True)
        return (powers / sums @ v).astype("float32")

    told = qkv.identify(kernel)
    assert told.explained
    assert "--causal" in " ".join(told.options)
    assert "It works like" in str(told)


def test_identify_without_a_mask():
    torch = pytest.importorskip("torch")

    def kernel(q, k, v):
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, enable_gqa=True)

    told = qkv.identify(kernel, convert=torch.from_numpy)
    assert told.options == [] or "--causal" not in " ".join(told.options)
