"""The event `command_answered`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class CommandAnswered(EventBase):
    """The lab has done what a person asked for, or says why it does not."""

    kind: Literal["command_answered"] = "command_answered"
    command: int
    """The row's id in ``commands``."""
    verb: str
    state: str
    """``done`` or ``refused``."""
    text: str = ""
