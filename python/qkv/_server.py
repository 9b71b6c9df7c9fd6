"""One process of qkv, which answers many calls. docs/reference/serve.md of qkv says what goes over the line."""

from __future__ import annotations

import atexit
import json
import os
import re
import struct
import subprocess
import threading
from dataclasses import dataclass
from difflib import get_close_matches
from typing import BinaryIO, Dict, List, Mapping, Optional, Sequence, Tuple

from ._node import PROGRAM, find_node

_PREFIX = struct.Struct("<II")


class QkvError(Exception):
    """What qkv cannot do: a wrong shape, an unknown setting. The message says what would do."""


@dataclass(frozen=True)
class Answer:
    """What a call printed."""

    exit_code: int
    stdout: bytes
    stderr: str
    files: Mapping[str, bytes]

    @property
    def text(self) -> str:
        return self.stdout.decode("utf-8")

    def json(self) -> dict:
        return json.loads(self.stdout)


class Server:
    """Starts qkv at the first call, and again where it has ended. Threads take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Optional[subprocess.Popen] = None
        self._owner = 0
        self._calls = 0

    def call(self, argv: Sequence[str], files: Optional[Mapping[str, bytes]] = None) -> Answer:
        """Runs a command line with these files. Raises QkvError for a usage error, exit code 2."""
        answer = self._ask(list(argv), files or {})
        if answer.exit_code not in (0, 1, 3, 4):
            raise QkvError(in_python(_text_of(answer.stderr)) or f"qkv ended with exit code {answer.exit_code}")
        return answer

    def close(self) -> None:
        """Ends the process. The next call starts another one."""
        with self._lock:
            process, self._process = self._process, None
        # A forked child has the pipes of its parent's process, which goes on.
        if process is None or self._owner != os.getpid():
            return
        process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()

    def _ask(self, argv: List[str], files: Mapping[str, bytes]) -> Answer:
        with self._lock:
            process = self._running()
            self._calls += 1
            try:
                _send(process.stdin, {"id": self._calls, "argv": argv}, files)
                header, received = _receive(process.stdout)
            except BaseException:
                # Half a message went over the line, so nobody knows what the next bytes are.
                process.kill()
                self._process = None
                raise
        return Answer(
            exit_code=header["exitCode"],
            stdout=received.pop("-", b""),
            stderr=header["stderr"],
            files=received,
        )

    def _running(self) -> subprocess.Popen:
        process = self._process
        if process is not None and process.poll() is None and self._owner == os.getpid():
            return process
        command = [find_node(), str(PROGRAM / "bin" / "qkv.js"), "serve", "--stdio"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        _receive(process.stdout)
        self._process, self._owner = process, os.getpid()
        return process


_HINT = re.compile(r"unknown option '--([\w-]+)'.*Did you mean (qkv [^?\n]*)\?", re.DOTALL)


def in_python(text: str) -> str:
    """A text with settings as Python has them: window_left where it was --window-left, or stood in a command."""
    hint = _HINT.search(text)
    if hint:
        options = re.findall(r"--([a-z][a-z\d-]*)", hint[2])
        text = text.replace(hint[2], "".join(f"--{name}" for name in get_close_matches(hint[1], options, 1, 0)))
    return re.sub(r"(?<![\w-])--([a-z][a-z\d-]*)", lambda found: found[1].replace("-", "_"), text)


def _text_of(stderr: str) -> str:
    """An error as text, which is JSON where JSON was asked for."""
    text = stderr.strip()
    if not text.startswith('{"error":'):
        return text
    error = json.loads(text)["error"]
    place = f"{error['source']}: " if error["source"] else ""
    hint = f"\nhint: {error['hint']}" if error["hint"] else ""
    return f"{place}{error['message']} [{error['code']}]{hint}"


def _send(line: BinaryIO, header: dict, files: Mapping[str, bytes]) -> None:
    header = {**header, "files": [[name, len(data)] for name, data in files.items()]}
    text = json.dumps(header).encode("utf-8")
    line.write(_PREFIX.pack(len(text), sum(map(len, files.values()))) + text)
    for data in files.values():
        line.write(data)
    line.flush()


def _receive(line: BinaryIO) -> Tuple[dict, Dict[str, bytes]]:
    header_length, _ = _PREFIX.unpack(_read(line, _PREFIX.size))
    header = json.loads(_read(line, header_length))
    return header, {name: _read(line, length) for name, length in header["files"]}


def _read(line: BinaryIO, length: int) -> bytes:
    data = line.read(length)
    if len(data) < length:
        raise QkvError("qkv has ended without an answer; what it said stands on standard error.")
    return data


SERVER = Server()
"""The process that all functions of the package share."""

atexit.register(SERVER.close)
