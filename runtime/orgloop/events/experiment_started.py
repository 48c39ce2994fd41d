"""The event `experiment_started`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ExperimentStarted(EventBase):
    """A walk began."""

    kind: Literal["experiment_started"] = "experiment_started"
    generation: int
    base: str
    """The incumbent that it starts from."""
