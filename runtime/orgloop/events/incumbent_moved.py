"""The event `incumbent_moved`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class IncumbentMoved(EventBase):
    """The head of the run's branch moved: to a better commit, or back from one that was vetoed."""

    kind: Literal["incumbent_moved"] = "incumbent_moved"
    number: int
    """0 is the baseline."""
    commit: str
    value: float
    stderr: float | None = None
    previous: str = ""
    """The commit that it moved from."""
