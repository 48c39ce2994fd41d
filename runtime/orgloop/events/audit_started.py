"""The event `audit_started`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class AuditStarted(EventBase):
    """The result of a run is being measured again, on seeds that nothing has seen."""

    kind: Literal["audit_started"] = "audit_started"
    audit: int
    best: str
    """The commit that the audit is of."""
