"""What thinking cost: counted on answers, and on failures that came after something was paid."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost. Tokens are counts, cost is dollars."""

    input_tokens: int = 0
    """All that went in, what a cache served included."""
    cached_tokens: int = 0
    """Of those that went in, the ones that a cache served."""
    output_tokens: int = 0
    """All that came out, reasoning included."""
    cost_usd: float | None = None
    """As the client or the server reported it; None where nobody said: the price table is asked."""
    model: str = ""
    """What answered, as ``provider:model``, for the price table; empty for the engine's label."""
    cache_write_tokens: int = 0
    """Of those that went in, the ones that were put into a cache, which may cost more."""

    @property
    def tokens(self) -> int:
        """Everything that went through the model."""
        return self.input_tokens + self.output_tokens

    def __bool__(self) -> bool:
        """Whether anything was used at all."""
        return bool(self.tokens or self.cost_usd)

    def __add__(self, other: Usage) -> Usage:
        """Both. A cost that only one of them knows is not the cost of both, and is left out."""
        unknown = any(part.cost_usd is None and part.tokens for part in (self, other))
        told = self.cost_usd is not None or other.cost_usd is not None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if told and not unknown else None,
            self.model or other.model,
            self.cache_write_tokens + other.cache_write_tokens,
        )
