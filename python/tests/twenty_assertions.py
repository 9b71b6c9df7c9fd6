"""A test file as the author of a kernel writes it: 20 assertions, 3 of which are wrong. test_plugin.py runs it."""

import pytest

torch = pytest.importorskip("torch")
import kernels  # noqa: E402
import qkv  # noqa: E402

WRONG = {7: "accumulator-not-rescaled", 11: "mask-off-by-one"}

CASES = [
    (batches, heads, positions, dtype, causal)
    for batches, heads, positions in [(1, 2, 64), (2, 2, 48), (1, 4, 33)]
    for dtype in (torch.float32, torch.bfloat16)
    for causal in (True, False)
]


def drawn(*shape, dtype):
    return torch.randn(*shape, dtype=torch.float32).to(dtype)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_forward(number):
    batches, heads, positions, dtype, causal = CASES[number]
    torch.manual_seed(number)
    q, k, v = (drawn(batches, heads, positions, 32, dtype=dtype) for _ in range(3))
    # Case 11 has no causal mask to be off by one, so it has one for this.
    causal = causal or number == 11
    out, lse = kernels.tiled(q, k, v, causal, wrong=WRONG.get(number, ""))
    qkv.assert_attention(q, k, v, out, lse if number % 2 == 0 else None, causal=causal)


@pytest.mark.parametrize("number", range(6))
def test_backward(number):
    torch.manual_seed(100 + number)
    q, k, v, do = (drawn(1, 2, 24, 16, dtype=torch.float32) for _ in range(4))
    dq, dk, dv = kernels.gradients(q, k, v, do, causal=number % 2 == 0)
    if number == 4:
        dq = dq / 4  # scaled once more: 1/sqrt(16)
    qkv.assert_attention_gradients(q, k, v, do, dq, dk, dv, causal=number % 2 == 0)


def test_report_is_true():
    torch.manual_seed(7)
    q, k, v = (drawn(2, 16, 8, dtype=torch.float16) for _ in range(3))
    out, _ = kernels.tiled(q[None], k[None], v[None], causal=False)
    assert qkv.check(q, k, v, out[0])


def test_sdpa():
    torch.manual_seed(8)
    q, k, v = (drawn(1, 2, 40, 16, dtype=torch.float32) for _ in range(3))
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    assert qkv.check(q, k, v, out, causal=True).verdict == "agrees"
