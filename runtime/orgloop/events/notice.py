"""The event `notice`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class Notice(EventBase):
    """Something that a person should know and need not act on."""

    kind: Literal["notice"] = "notice"
    text: str
    level: str = "info"
    """``info`` or ``warning``."""
