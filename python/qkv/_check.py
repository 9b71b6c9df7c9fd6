"""Judges what a kernel computed."""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional

from . import _call
from ._report import Report
from ._server import SERVER, QkvError, in_python


_INPUTS = ("q", "k", "v", "do")
"""What a judgement is made from; the other arrays are judged."""


class AttentionError(AssertionError):
    """An attention is wrong. Its text is the report."""

    def __init__(self, report: Report, message: str = "") -> None:
        super().__init__(f"{message}\n{report}" if message else str(report))
        self.report = report


ON_REPORT: List[Callable[[Report], None]] = []
"""What is called with each report; the plugin of pytest gathers them."""


def check(
    q: Any,
    k: Any,
    v: Any,
    out: Any = None,
    lse: Any = None,
    *,
    causal: bool = False,
    scale: Optional[float] = None,
    mask: Any = None,
    bias: Any = None,
    softcap: Optional[float] = None,
    axes: Optional[str] = None,
    dtype: Optional[str] = None,
    atol: Optional[float] = None,
    rtol: Optional[float] = None,
    **settings: Any,
) -> Report:
    """Judges the output of an attention, and its log-sum-exp, by the error that its precision lets expect.

    q, k, v and out are arrays of two axes (positions, columns), three (heads first) or four (batches, heads, positions, columns);
    axes="bshd" says that they lie otherwise. Arrays of torch on any device, NumPy, JAX, CuPy and others are taken as they are, of
    float64 down to bfloat16. lse is the natural log-sum-exp of each row.

    causal, scale (1/√d without it), mask (true may attend), bias (added to the scaled scores; a mask of floats is one, as in
    torch) and softcap say what the attention was asked for. Any other option of `qkv check` is a keyword likewise:
    window_left=127, key_length=900, kv_heads=2, align="bottom-right", alibi=True.

    dtype names the precision where that of the arrays is not meant. atol and rtol judge by atol + rtol·|right| instead.

    Raises QkvError for arrays that do not fit each other and for settings that are none.
    """
    given = _drop_none(
        causal=causal, scale=scale, mask=mask, bias=bias, softcap=softcap, axes=axes, dtype=dtype, atol=atol, rtol=rtol
    )
    return _judge({"q": q, "k": k, "v": v, "o": out, "lse": lse}, {**given, **settings})


def check_gradients(
    q: Any, k: Any, v: Any, do: Any, dq: Any = None, dk: Any = None, dv: Any = None, **settings: Any
) -> Report:
    """Judges the gradients of an attention: do is that of a loss by the output. Settings are those of check."""
    return _judge({"q": q, "k": k, "v": v, "do": do, "dq": dq, "dk": dk, "dv": dv}, settings)


def assert_attention(
    q: Any, k: Any, v: Any, out: Any = None, lse: Any = None, *, message: str = "", **settings: Any
) -> Report:
    """Raises AssertionError with the report where an attention is wrong; takes what check takes, and gives its report."""
    __tracebackhide__ = True
    return _insist(check(q, k, v, out, lse, **settings), message)


def assert_attention_gradients(
    q: Any,
    k: Any,
    v: Any,
    do: Any,
    dq: Any = None,
    dk: Any = None,
    dv: Any = None,
    *,
    message: str = "",
    **settings: Any,
) -> Report:
    """Raises AssertionError with the report where gradients are wrong; takes what check_gradients takes."""
    __tracebackhide__ = True
    return _insist(check_gradients(q, k, v, do, dq, dk, dv, **settings), message)


def _insist(report: Report, message: str) -> Report:
    __tracebackhide__ = True
    if not report.ok:
        raise AttentionError(report, message)
    return report


def _judge(arrays: Mapping[str, Any], settings: Mapping[str, Any]) -> Report:
    if all(array is None for name, array in arrays.items() if name not in _INPUTS):
        raise QkvError("There is nothing to check: give out or lse, or the gradients dq, dk and dv.")
    argv, files = _call.command_line("check", arrays, settings)
    checked = SERVER.call([*argv, "--json"], files).json()["check"]
    report = Report(checked, lambda: in_python(SERVER.call(argv, files).text))
    for tell in ON_REPORT:
        tell(report)
    return report


def _drop_none(**settings: Any) -> Mapping[str, Any]:
    return {name: value for name, value in settings.items() if value is not None and value is not False}
