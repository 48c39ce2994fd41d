"""The event `measurement_finished`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class MeasurementFinished(EventBase):
    """The bench has a value, or a crash."""

    kind: Literal["measurement_finished"] = "measurement_finished"
    measurement: str
    """The job's id."""
    status: str
    """``ok`` or ``crash``."""
    value: float | None = None
    wall_s: float = 0.0
    crash: str = ""
    """The kind of crash."""
    message: str = ""
    """One sentence on the crash."""
