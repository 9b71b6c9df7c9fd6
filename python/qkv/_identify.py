"""The conventions of a kernel, read off its answers to two small problems."""

from __future__ import annotations

import inspect
import io
from typing import Any, Callable, Dict, List, Mapping, Optional

from ._arrays import Tensor, safetensors, tensor_of
from ._server import SERVER

_MASK_NAMES = ("mask", "attn_mask", "attention_mask")


class Identified:
    """What was told of a kernel: `options` are those of `qkv multihead` that work as it does."""

    def __init__(self, told: Mapping[str, Any], text: str) -> None:
        self.json = told
        self.options: List[str] = list(told["options"])
        self.conventions: Mapping[str, Any] = told["conventions"]
        self.explained: bool = bool(told["explained"])
        """Whether these conventions give every number that the kernel gave."""
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<qkv.Identified: {' '.join(self.options) or 'the usual conventions'}>"


def identify(
    fn: Callable[..., Any],
    *,
    axes: str = "bhnd",
    convert: Optional[Callable[[Any], Any]] = None,
    mask: Optional[str] = None,
) -> Identified:
    """Calls a kernel on two small problems, and tells its conventions: causal, scale, windows, GQA, what true means in a mask, ….

    fn(q, k, v) gives the output, or the output and the log-sum-exp. It is called again with a mask of booleans where it has a
    parameter `mask`, `attn_mask` or `attention_mask`, or that which `mask` names. convert makes its arrays of NumPy's:
    convert=torch.from_numpy. axes says how they lie: "bhnd" (batch, head, position, column), "bnhd", "hnd", "nhd".
    """
    import numpy

    probe = SERVER.call(["identify", "--probe", "--axes", axes])
    with numpy.load(io.BytesIO(probe.stdout)) as arrays:
        given = {name: (convert or _itself)(arrays[name]) for name in arrays.files}
    called = [given[name] for name in "qkv"]
    answers: Dict[str, Tensor] = {}
    _keep(answers, "", fn(*called))
    keyword = mask or _mask_of(fn)
    if keyword:
        _keep(answers, "_masked", fn(*called, **{keyword: given["mask"]}))
    files = {"answers.safetensors": safetensors(answers)}
    told = SERVER.call(["identify", "answers.safetensors", "--json"], files).json()
    return Identified(told, SERVER.call(["identify", "answers.safetensors"], files).text)


def _itself(given: Any) -> Any:
    return given


def _mask_of(fn: Callable[..., Any]) -> Optional[str]:
    try:
        names = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return None
    return next((name for name in _MASK_NAMES if name in names), None)


def _keep(answers: Dict[str, Tensor], suffix: str, made: Any) -> None:
    out, lse = made[:2] if isinstance(made, (tuple, list)) and len(made) > 1 else (made, None)
    answers[f"out{suffix}"] = tensor_of("the output", out)
    if lse is not None:
        answers[f"lse{suffix}"] = tensor_of("the log-sum-exp", lse)
