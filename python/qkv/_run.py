"""Works attentions, and explains their numbers."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from . import _call


class Run:
    """An attention that was worked: every step by its id, as NumPy arrays (lists where NumPy is not installed)."""

    def __init__(self, command: str, arrays: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        self._command, self._arrays, self._settings = command, arrays, settings
        self.json: Mapping[str, Any] = _call.run(command, arrays, settings, "--json").json()
        """The run as `--json` writes it."""
        self.warnings: List[str] = list(self.json["warnings"])

    @property
    def output(self) -> Any:
        """What came out; None without a value."""
        return _array(self.json.get("output"))

    @property
    def weights(self) -> Any:
        """The weights behind the softmax; of several heads with an axis for heads."""
        return _array(self.json.get("weights"))

    def step(self, key: str) -> Any:
        """The numbers of a step by its id: "scores", "head 1/weights". Raises KeyError."""
        for step in self.json["steps"]:
            if key == "/".join(part for part in (step["scope"], step["id"]) if part):
                return _array(step["data"])
        raise KeyError(f"there is no step {key!r}; there are {', '.join(self.step_ids)}")

    @property
    def step_ids(self) -> List[str]:
        """The ids of all steps, in their order."""
        return ["/".join(part for part in (step["scope"], step["id"]) if part) for step in self.json["steps"]]

    def why(self, cell: str, depth: Optional[int] = None) -> str:
        """The arithmetic of a cell down to the inputs: run.why("weights[0,1]")."""
        more = [] if depth is None else ["--depth", str(depth)]
        return _call.run(self._command, self._arrays, self._settings, "--why", cell, *more).text

    def __str__(self) -> str:
        return _call.run(self._command, self._arrays, self._settings).text

    def __repr__(self) -> str:
        return f"<qkv.Run: {self._command}, {len(self.json['steps'])} steps>"


def attend(q: Any = None, k: Any = None, v: Any = None, **settings: Any) -> Run:
    """Works one attention of matrices: q n×d, k m×d, v m×d_v. Settings and further inputs are keywords: causal=True, mask=…, x=….

    Raises QkvError for what does not fit.
    """
    return Run("attend", {"q": q, "k": k, "v": v}, settings)


def multihead(q: Any = None, k: Any = None, v: Any = None, **settings: Any) -> Run:
    """Works a layer of heads: matrices with heads=…, or arrays with axes for heads (and batches; batch=… says which one).

    Raises QkvError for what does not fit.
    """
    return Run("multihead", {"q": q, "k": k, "v": v}, settings)


def explain(cell: str, q: Any = None, k: Any = None, v: Any = None, **settings: Any) -> str:
    """Says where one number of an attention comes from: explain("weights[0,1]", q, k). Without arrays, of the built-in example."""
    given = any(array is not None for array in (q, k, v)) or bool(settings)
    if given:
        return attend_or_heads(q, k, v, settings).why(cell)
    return _call.SERVER.call(["explain", cell, "--demo"]).text


def attend_or_heads(q: Any, k: Any, v: Any, settings: Mapping[str, Any]) -> Run:
    """A run of matrices, or of arrays with axes for heads."""
    axes = len(getattr(q, "shape", (0, 0)))
    return (multihead if axes > 2 or "heads" in settings else attend)(q, k, v, **settings)


def _array(data: Any) -> Any:
    if data is None:
        return None
    try:
        import numpy
    except ImportError:
        return data
    # What is no number in JSON stands there as text.
    return numpy.array(data, dtype=numpy.float64)
