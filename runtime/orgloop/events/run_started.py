"""The event `run_started`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class RunStarted(EventBase):
    """A run began: its branch exists and its ledger rows too."""

    kind: Literal["run_started"] = "run_started"
    task: str
    """The task's name."""
    metric: str
    goal: str
    branch: str
    baseline_commit: str
