"""The event `message_told`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class MessageTold(EventBase):
    """A person told the organization something."""

    kind: Literal["message_told"] = "message_told"
    message: int
    """The row's id in ``messages``."""
    role: str | None = None
    """None: for whichever role is asked next."""
    text: str
