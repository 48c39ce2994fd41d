"""The event `problem_cleared`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ProblemCleared(EventBase):
    """A problem that was found is no longer there."""

    kind: Literal["problem_cleared"] = "problem_cleared"
    path: str
    line: int | None = None
    message: str = ""
