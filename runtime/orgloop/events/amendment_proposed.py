"""The event `amendment_proposed`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class AmendmentProposed(EventBase):
    """A role wants to change the organization; whether it may is looked at next."""

    kind: Literal["amendment_proposed"] = "amendment_proposed"
    amendment: int
    role: str
    title: str
