"""The event `command_received`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class CommandReceived(EventBase):
    """A person asked something of the running lab."""

    kind: Literal["command_received"] = "command_received"
    command: int
    """The row's id in ``commands``."""
    verb: str
