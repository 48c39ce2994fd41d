"""Tokens of one answer, and what a million of them cost."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """What went through a model."""

    input: int = 0
    """All that was read: ``cached`` and ``cache_write`` are parts of it."""
    cached: int = 0
    cache_write: int = 0
    output: int = 0


class Rate(BaseModel):
    """Dollars for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Read from the provider's cache; as ``input`` where it is left out."""
    cache_write: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Written to the provider's cache; as ``input`` where it is left out."""

    def cost(self, tokens: Tokens) -> float:
        """Dollars for these tokens."""
        cached = self.input if self.cached is None else self.cached
        written = self.input if self.cache_write is None else self.cache_write
        plain = max(0, tokens.input - tokens.cached - tokens.cache_write)
        dollars = plain * self.input + tokens.cached * cached + tokens.cache_write * written
        return (dollars + tokens.output * self.output) / MILLION
