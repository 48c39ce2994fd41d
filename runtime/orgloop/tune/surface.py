"""What a simulated task answers: a point of its search space and a seed in, a measurement out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from orgloop.engines.tunables import Value

Point = Mapping[str, Value]
"""Every tunable's value, by the tunable's key (``program.py:LEARNING_RATE``)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run at a point would have given."""

    value: float | None
    """The task's metric; None for a crash."""
    crash: str = ""
    """The last line of its traceback, as ``FloatingPointError: the loss is not finite``."""
    seconds: float = 1.0
    """What the run would have taken on the bench."""


class Surface(Protocol):
    """A task as a function. Fitted ones, looked-up ones and made-up ones are alike."""

    def measure(self, point: Point, seed: int) -> Reading:
        """One run; the same for the same arguments, in whatever process."""
        ...

    def truth(self, point: Point) -> float | None:
        """The metric's expectation at that point; None where it crashes."""
        ...
