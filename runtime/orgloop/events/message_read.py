"""The event `message_read`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class MessageRead(EventBase):
    """A role has answered with a message of a person's in its brief."""

    kind: Literal["message_read"] = "message_read"
    message: int
    by: str
    """As ``pi in e0007``."""
