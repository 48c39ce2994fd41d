"""The event `amendment_decided`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class AmendmentDecided(EventBase):
    """A change of the organization was refused, kept, reverted or withdrawn."""

    kind: Literal["amendment_decided"] = "amendment_decided"
    amendment: int
    state: str
    generation: int | None = None
    """The generation that was on probation; None where it was refused before."""
    chance: float | None = None
    """Probability of being better, where experiments were compared."""
    why: str = ""
