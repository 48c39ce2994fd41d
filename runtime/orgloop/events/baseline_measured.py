"""The event `baseline_measured`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class BaselineMeasured(EventBase):
    """The baseline has its number: the run's first incumbent."""

    kind: Literal["baseline_measured"] = "baseline_measured"
    commit: str
    value: float
    stderr: float | None = None
    """None where noise is not known."""
