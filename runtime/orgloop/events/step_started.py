"""The event `step_started`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class StepStarted(EventBase):
    """A walk entered a node."""

    kind: Literal["step_started"] = "step_started"
    node: str
    visit: int
    """Counted from 1."""
