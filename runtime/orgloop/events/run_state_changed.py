"""The event `run_state_changed`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class RunStateChanged(EventBase):
    """A run was paused, resumed, told to stop, or came to its end."""

    kind: Literal["run_state_changed"] = "run_state_changed"
    state: str
    previous: str = ""
    reason: str = ""
