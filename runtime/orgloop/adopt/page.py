"""Writes ``task.md``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orgloop.task.model import Goal

_PLAIN = re.compile(r"[A-Za-z0-9_./~][^:#\[\]{},]*")
_PLAIN_LINE = re.compile(r"[A-Za-z0-9_./~](?:[^:#\s]|\S[:#](?=\S)|[ ](?!#))*")
_WORDS = re.compile(r"(?i)(true|false|yes|no|on|off|null|~|[-+.\d_]+(e[-+]?\d+)?|)")


@dataclass(frozen=True, slots=True)
class Page:
    """What a ``task.md`` says."""

    name: str
    metric: str
    goal: Goal
    run: str
    editable: Sequence[str]
    wall: float
    """Seconds."""
    memory: int
    """Bytes."""
    pattern: str | None = None
    gpus: int = 0
    mounts: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    network: bool = False
    body: str = ""

    def text(self) -> str:
        """The whole file."""
        lines = [
            "---",
            f"name: {scalar(self.name)}",
            f"metric: {scalar(self.metric)}",
            f"goal: {self.goal}",
            f"run: {scalar(self.run, alone=True)}",
        ]
        if self.pattern is not None:
            lines.append(f"pattern: {scalar(self.pattern)}")
        lines.append(f"editable: {sequence(self.editable)}")
        if self.mounts:
            lines.append(f"mounts: {sequence(self.mounts)}")
        if self.env:
            pairs = ", ".join(f"{name}: {scalar(value)}" for name, value in self.env.items())
            lines.append(f"env: {{{pairs}}}")
        lines.append(f"limits: {{wall: {duration(self.wall)}, memory: {gigabytes(self.memory)}}}")
        if self.gpus:
            lines.append(f"resources: {{gpus: {self.gpus}}}")
        if self.network:
            lines.append("sandbox: {network: true}")
        lines += ["---", self.body.strip(), ""]
        return "\n".join(lines)


def scalar(text: str, *, alone: bool = False) -> str:
    """Text as YAML: bare where that reads back as the same text, else in single quotes.

    ``alone`` is whether it has a line to itself, where brackets and commas mean nothing.
    """
    bare = (_PLAIN_LINE if alone else _PLAIN).fullmatch(text)
    if bare and not _WORDS.fullmatch(text) and text == text.strip():
        return text
    if "\n" in text or any(ord(letter) < 32 for letter in text):
        return json.dumps(text)
    return "'" + text.replace("'", "''") + "'"


def sequence(texts: Sequence[str]) -> str:
    """A list in one line."""
    return f"[{', '.join(scalar(text) for text in texts)}]"


def duration(seconds: float) -> str:
    """Whole minutes from two minutes on, else whole seconds."""
    whole = math.ceil(seconds)
    return f"{math.ceil(whole / 60)}min" if whole >= 120 else f"{whole}s"


def gigabytes(size: int) -> str:
    """Whole gigabytes, one at least."""
    return f"{max(1, math.ceil(size / 2**30))}GB"
