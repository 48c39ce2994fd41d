"""The event `measurement_started`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class MeasurementStarted(EventBase):
    """The bench began to measure a commit."""

    kind: Literal["measurement_started"] = "measurement_started"
    measurement: str
    """The job's id."""
    commit: str
    purpose: str
    """``search``, ``promotion`` or ``audit``."""
    slot: int | None = None
