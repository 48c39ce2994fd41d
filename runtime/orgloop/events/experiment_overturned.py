"""The event `experiment_overturned`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ExperimentOverturned(EventBase):
    """A person has changed what became of an experiment that had finished."""

    kind: Literal["experiment_overturned"] = "experiment_overturned"
    status: str
    """``discard`` of a keep that was vetoed, ``keep`` of a discard that was overruled."""
    was: str
    reason: str = ""
    title: str = ""
    commit: str | None = None
    value: float | None = None
