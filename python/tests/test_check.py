"""The verdicts on attentions that NumPy works."""

import pytest

import qkv

numpy = pytest.importorskip("numpy")


def attention(q, k, v, mask=None, bias=0.0, scale=None):
    scores = q @ k.swapaxes(-1, -2) * (q.shape[-1] ** -0.5 if scale is None else scale) + bias
    if mask is not None:
        scores = numpy.where(mask, scores, -numpy.inf)
    top = scores.max(-1, keepdims=True)
    powers = numpy.exp(scores - top)
    sums = powers.sum(-1, keepdims=True)
    return powers / sums @ v, (top + numpy.log(sums))[..., 0]


@pytest.fixture
def dump():
    draw = numpy.random.default_rng(5)
    return [draw.standard_normal((2, 3, 12, 8)).astype("float32") for _ in range(3)]


CAUSAL = numpy.tri(12, dtype=bool)


def test_right_and_wrong(dump):
    out, lse = attention(*dump, mask=CAUSAL)
    right = qkv.check(*dump, out, lse, causal=True)
    assert right and right.ok and right.verdict == "agrees" and right.causes == []
    assert str(right).startswith("✓ right")
    unscaled, _ = attention(*dump, mask=CAUSAL, scale=1)
    wrong = qkv.check(*dump, unscaled, causal=True)
    assert not wrong and wrong.verdict == "differs"
    assert wrong.causes[0].mistake == "scale-missing"
    assert wrong.causes[0].explains == wrong.causes[0].of > 0
    assert "scale-missing" in str(wrong) and "scale-missing" in repr(wrong)
    assert "scale-missing" in wrong._repr_html_() and "<pre" in wrong._repr_html_()


def test_right_with_other_settings(dump):
    out, _ = attention(*dump, mask=CAUSAL)
    wrong = qkv.check(*dump, out)
    assert wrong.right_with == {"causal": True}
    assert "right with causal=True" in repr(wrong)
    assert "Right with causal:" in str(wrong)
    assert qkv.check(*dump, out, **wrong.right_with)


def test_one_wrong_cell_in_one_head_is_found(dump):
    out, _ = attention(*dump)
    out[1, 2, 7, 3] += 1
    wrong = qkv.check(*dump, out)
    assert wrong.verdict == "differs"
    assert [step["scope"] for step in wrong.steps if step["wrong"]] == ["batch 1/head 2"]


@pytest.mark.parametrize("name", ["mask", "attn_mask"])
def test_masks_and_biases(dump, name):
    draw = numpy.random.default_rng(6)
    mask = draw.random((12, 12)) < 0.7
    mask[:, 0] = True
    bias = draw.standard_normal((12, 12)).astype("float32")
    out, _ = attention(*dump, mask=mask)
    if name == "mask":
        assert qkv.check(*dump, out, mask=mask)
        assert not qkv.check(*dump, out)
    out, _ = attention(*dump, bias=bias)
    assert qkv.check(*dump, out, bias=bias)
    # torch calls both a mask; one of floats is added.
    assert qkv.check(*dump, out, **{name: bias})


def test_settings_are_keywords(dump):
    q, k, v = dump
    window = CAUSAL & ~numpy.tri(12, k=-4, dtype=bool)
    out, _ = attention(q, k, v, mask=window, scale=0.5)
    assert qkv.check(q, k, v, out, causal=True, window_left=3, scale=0.5)
    assert qkv.check(q, k, v, out + 0.001, causal=True, window_left=3, scale=0.5, atol=0.01)
    lying = [one.swapaxes(1, 2) for one in (q, k, v)]
    assert qkv.check(*lying, out.swapaxes(1, 2), causal=True, window_left=3, scale=0.5, axes="bnhd")


def test_matrices(dump):
    q, k, v = (one[0, 0] for one in dump)
    out, _ = attention(q, k, v)
    assert qkv.check(q, k, v, out)
    assert qkv.check(q.tolist(), k.tolist(), v.tolist(), attention(*(one.astype("float64") for one in (q, k, v)))[0])


def test_assertions_raise_with_the_report(dump):
    out, _ = attention(*dump, mask=CAUSAL)
    assert qkv.assert_attention(*dump, out, causal=True).ok
    with pytest.raises(AssertionError) as caught:
        qkv.assert_attention(*dump, out, message="my kernel")
    assert isinstance(caught.value, qkv.AttentionError)
    assert str(caught.value) == f"my kernel\n{caught.value.report}"


def test_gradients(dump):
    torch = pytest.importorskip("torch")
    import kernels

    q, k, v = map(torch.from_numpy, dump)
    do = torch.ones_like(v)
    dq, dk, dv = kernels.gradients(q, k, v, do, causal=True)
    assert qkv.assert_attention_gradients(q, k, v, do, dq, dk, dv, causal=True).ok
    with pytest.raises(qkv.AttentionError, match="query|d-q"):
        qkv.assert_attention_gradients(q, k, v, do, dq * 2, dk, dv, causal=True)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_torch_is_judged_by_its_type(dump, dtype):
    torch = pytest.importorskip("torch")
    import kernels

    q, k, v = (torch.from_numpy(one).to(getattr(torch, dtype)) for one in dump)
    out, lse = kernels.tiled(q, k, v, causal=True)
    report = qkv.check(q, k, v, out, lse, causal=True)
    assert report.ok, report
    assert report.json["precision"]["compute"] == dtype


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda q, k, v: qkv.check(q, k, v, q, causl=True), "unknown option 'causl'.*\n.*Did you mean causal"),
        (lambda q, k, v: qkv.check(q, k, v), "nothing to check"),
        (lambda q, k, v: qkv.check(q, k[..., :4], v, q), "SHAPE_MISMATCH"),
        (lambda q, k, v: qkv.check(q, k, v, q, window_left=-1), "window_left"),
    ],
)
def test_what_cannot_be_judged_is_an_error(dump, call, says):
    with pytest.raises(qkv.QkvError, match=says):
        call(*dump)
