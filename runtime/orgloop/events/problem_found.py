"""The event `problem_found`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class ProblemFound(EventBase):
    """A file of the lab does not check; the last good generation goes on."""

    kind: Literal["problem_found"] = "problem_found"
    path: str
    line: int | None = None
    key: str | None = None
    message: str
    hint: str = ""
    severity: str = "error"
    """``error`` or ``warning``."""
