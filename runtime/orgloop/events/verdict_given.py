"""The event `verdict_given`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class VerdictGiven(EventBase):
    """The referee ruled on the measurements so far."""

    kind: Literal["verdict_given"] = "verdict_given"
    call: str
    """``better``, ``worse``, ``again`` or ``spent``."""
    value: float | None = None
    stderr: float | None = None
    gain: float | None = None
    """Over the incumbent; positive is better."""
    gain_stderr: float | None = None
    p_better: float | None = None
    why: str = ""
