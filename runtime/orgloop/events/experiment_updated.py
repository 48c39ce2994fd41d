"""The event `experiment_updated`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ExperimentUpdated(EventBase):
    """A walk got its title or a new commit."""

    kind: Literal["experiment_updated"] = "experiment_updated"
    title: str = ""
    """Empty where it did not change."""
    commit: str = ""
    """Empty where it did not change."""
