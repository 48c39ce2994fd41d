"""What every event has: when it happened, and to which run and experiment."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class EventBase(BaseModel):
    """One thing that happened in a lab. Frozen; ``kind`` names the subclass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int = 0
    """The ledger's number for it, rising; 0 before it is written."""
    at: float
    """Unix time."""
    run: str | None = None
    """None for what belongs to the lab and not to one run."""
    experiment: str | None = None
