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
    cost_usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Everything that went through the model."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
        )
