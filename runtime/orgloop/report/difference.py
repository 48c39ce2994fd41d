"""The difference of two means, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger.org_record import Fate
from orgloop.referee.student import t_quantile

LEVEL = 0.95

Moments = tuple[int, float, float | None]
"""How many, their mean, and their standard deviation; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One mean less another, with the 95% interval of that; positive is better."""

    mean: float
    low: float | None
    """None where there are too few, or all are alike."""
    high: float | None

    @property
    def settled(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def difference(before: Moments, after: Moments) -> Difference:
    """``after`` less ``before``, by Welch's interval (Welch 1947, Satterthwaite's freedom)."""
    mean = after[1] - before[1]
    parts = []
    for count, _, sd in (before, after):
        if sd is None:
            return Difference(mean, None, None)
        parts.append((sd**2 / count, count - 1))
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Difference(mean, None, None)
    freedom = variance**2 / sum(part**2 / one for part, one in parts)
    half = t_quantile(0.5 + LEVEL / 2, freedom) * variance**0.5
    return Difference(mean, mean - half, mean + half)


def of_effects(before: Fate, after: Fate) -> Difference | None:
    """Of the mean first effects; None where one of the two measured nothing."""
    if before.effect_mean is None or after.effect_mean is None:
        return None
    return difference(
        (before.effects, before.effect_mean, before.effect_sd),
        (after.effects, after.effect_mean, after.effect_sd),
    )
