"""The verdict on what a kernel computed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional


@dataclass(frozen=True)
class Cause:
    """A mistake that explains wrong numbers."""

    mistake: str
    """Its id, such as "scale-missing": docs/mistakes.md of qkv has an example of each."""
    title: str
    fix: str
    step: str
    explains: int
    """So many wrong numbers it explains, of `of` that were looked at."""
    of: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scopes: List[str] = field(default_factory=list)
    """The batches and heads that it is about, where these are not all."""


class Report:
    """What qkv says of an answer. It is true where the answer is right."""

    def __init__(self, checked: Mapping[str, Any], text: Callable[[], str]) -> None:
        self.json: Mapping[str, Any] = checked
        """All of it, as `--json` writes it: its key `check` is described in docs/reference/check.md of qkv."""
        self._make_text = text
        self._text: Optional[str] = None

    @property
    def verdict(self) -> str:
        """ "agrees", "agrees-rounded", "less-precise", "differs"."""
        return str(self.json["verdict"])

    @property
    def ok(self) -> bool:
        """Whether every number that was given is right for the precision it was computed in."""
        return self.verdict.startswith("agrees")

    @property
    def causes(self) -> List[Cause]:
        """The mistakes that explain what is wrong, the likeliest first."""
        return [
            Cause(
                mistake=one["mistake"],
                title=one["title"],
                fix=one.get("fix", ""),
                step=one.get("step", ""),
                explains=one.get("explains", 0),
                of=one.get("of", 0),
                parameters=one.get("parameters", {}),
                scopes=list(one.get("scopes", [])),
            )
            for one in self.json.get("diagnosis", [])
        ]

    @property
    def right_with(self) -> Dict[str, Any]:
        """Settings with which the answer would be right, as keywords: {"causal": True}. Empty where there are none."""
        return {_snake(name): value for name, value in self.json.get("rightWith", {}).items()}

    @property
    def steps(self) -> List[Dict[str, Any]]:
        """Each answer of each head: wrong cells, the worst in units of the expected error, and where they are."""
        return list(self.json.get("steps", []))

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self._text is None:
            self._text = self._make_text().rstrip("\n")
        return self._text

    def __repr__(self) -> str:
        return f"<qkv.Report: {self.summary}>"

    @property
    def summary(self) -> str:
        """The verdict, what it would be right with, and the mistakes, in a line."""
        settings = [f"right with {name}={value!r}" for name, value in self.right_with.items()]
        return ", ".join([self.verdict, *settings, *(cause.mistake for cause in self.causes)])

    def _repr_html_(self) -> str:
        color = "#1a7f37" if self.ok else "#b35900" if self.verdict == "less-precise" else "#c5221f"
        style = f"border-left: 4px solid {color}; padding: 0.5em 1em; overflow-x: auto; line-height: 1.3"
        return f'<pre style="{style}">{html.escape(str(self))}</pre>'


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
