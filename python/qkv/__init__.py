"""qkv: is what an attention kernel computed right, and if not, why?

>>> import qkv
>>> report = qkv.check(q, k, v, out, causal=True)
>>> report.ok, report.verdict, report.causes
>>> print(report)

assert_attention raises with the report; attend and multihead work an attention step by step; identify tells the conventions of a
kernel; explain says where a number comes from. One process of Node does the work for all calls of a Python process.
"""

from ._check import (
    AttentionError,
    assert_attention,
    assert_attention_gradients,
    check,
    check_gradients,
)
from ._identify import Identified, identify
from ._node import NodeNotFound
from ._report import Cause, Report
from ._run import Run, attend, explain, multihead
from ._server import QkvError
from ._version import VERSION as __version__

__all__ = [
    "AttentionError",
    "Cause",
    "Identified",
    "NodeNotFound",
    "QkvError",
    "Report",
    "Run",
    "__version__",
    "assert_attention",
    "assert_attention_gradients",
    "attend",
    "check",
    "check_gradients",
    "explain",
    "identify",
    "multihead",
]
