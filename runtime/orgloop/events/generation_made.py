"""The event `generation_made`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class GenerationMade(EventBase):
    """The organization changed: the next experiment starts under it."""

    kind: Literal["generation_made"] = "generation_made"
    number: int
    commit: str
    tree: str
    author: str = ""
    reason: str = ""
