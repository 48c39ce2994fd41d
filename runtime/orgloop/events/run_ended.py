"""The event `run_ended`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class RunEnded(EventBase):
    """A run ended, or was stopped and can be resumed."""

    kind: Literal["run_ended"] = "run_ended"
    state: str
    """``stopped`` or ``finished``."""
    reason: str = ""
    finished: int = 0
    """Experiments finished in it."""
    kept: int = 0
