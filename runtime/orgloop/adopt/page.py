"""Writes ``task.md``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orgloop.markdown.quoting import quoted, quoted_list
from orgloop.task.model import Goal


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
            f"name: {quoted(self.name)}",
            f"metric: {quoted(self.metric)}",
            f"goal: {self.goal}",
            f"run: {quoted(self.run, alone=True)}",
        ]
        if self.pattern is not None:
            lines.append(f"pattern: {quoted(self.pattern)}")
        lines.append(f"editable: {quoted_list(self.editable)}")
        if self.mounts:
            lines.append(f"mounts: {quoted_list(self.mounts)}")
        if self.env:
            pairs = ", ".join(f"{name}: {quoted(value)}" for name, value in self.env.items())
            lines.append(f"env: {{{pairs}}}")
        lines.append(f"limits: {{wall: {duration(self.wall)}, memory: {gigabytes(self.memory)}}}")
        if self.gpus:
            lines.append(f"resources: {{gpus: {self.gpus}}}")
        if self.network:
            lines.append("sandbox: {network: true}")
        lines += ["---", self.body.strip(), ""]
        return "\n".join(lines)


def duration(seconds: float) -> str:
    """Whole minutes from two minutes on, else whole seconds."""
    whole = math.ceil(seconds)
    return f"{math.ceil(whole / 60)}min" if whole >= 120 else f"{whole}s"


def gigabytes(size: int) -> str:
    """Whole gigabytes, one at least."""
    return f"{max(1, math.ceil(size / 2**30))}GB"
