"""The event `experiment_finished`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ExperimentFinished(EventBase):
    """A walk came to its end."""

    kind: Literal["experiment_finished"] = "experiment_finished"
    status: str
    """``keep``, ``discard`` or ``crash``."""
    reason: str = ""
    title: str = ""
    commit: str | None = None
    value: float | None = None
    stderr: float | None = None
    gain: float | None = None
    """Over the incumbent; positive is better."""
    overruled: bool = False
    """A person decided it, against the referee."""
    conceded: float | None = None
    """Kept for having less code: what that may cost, at most, in the metric's units."""
