"""The event `step_finished`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class StepFinished(EventBase):
    """A node gave its result."""

    kind: Literal["step_finished"] = "step_finished"
    node: str
    visit: int
    """Counted from 1."""
    decision: str | None = None
    engine: str = ""
    headline: str = ""
    """The note's first line, capped."""
    wall_s: float = 0.0
    tokens: int = 0
    cost_usd: float = 0.0
    error: str = ""
