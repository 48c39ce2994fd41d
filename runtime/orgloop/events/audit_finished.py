"""The event `audit_finished`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class AuditFinished(EventBase):
    """An audit is over, and its verdicts are on record."""

    kind: Literal["audit_finished"] = "audit_finished"
    audit: int
    headline: str
    """What it found, in a sentence."""
    survived: int
    kept: int
    """Keeps that were looked at."""
