"""From values to rows of a picture: what range is shown, and what the axis says."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` at the foot to ``high`` at the top."""

    low: float
    high: float

    def place(self, value: float, rows: int) -> int:
        """The row of ``value`` among ``rows``, 0 at the top; the edge where it lies beyond."""
        return self.places((value,), rows)[0]

    def places(self, values: Iterable[float], rows: int) -> list[int]:
        """The rows of many values."""
        high, last = self.high, rows - 1
        each = last / (high - self.low)
        return [min(last, max(0, round((high - value) * each))) for value in values]

    def holds(self, value: float) -> bool:
        """Whether the value lies within."""
        return self.low <= value <= self.high

    def value_at(self, row: int, rows: int) -> float:
        """The value in the middle of a row."""
        return self.high - (self.high - self.low) * row / max(1, rows - 1)


def scale_of(core: Sequence[float], others: Iterable[float], *, margin: float = 0.06) -> Scale:
    """A range that shows ``core`` whole, and of the others what is not far away from it.

    One bad idea must not flatten the curve: others count from their 10th to their 90th
    percentile, and no further than the core's own span beyond it.
    """
    ordered = sorted(value for value in others if math.isfinite(value))
    inside = [value for value in core if math.isfinite(value)]
    if ordered:
        cut = len(ordered) // 10
        middle = ordered[cut : len(ordered) - cut] or ordered
        if inside:
            low, high = min(inside), max(inside)
            reach = max(high - low, abs(high) * 0.02, 1e-12)
            inside += [max(middle[0], low - reach), min(middle[-1], high + reach)]
        else:
            inside = [middle[0], middle[-1]]
    if not inside:
        return Scale(0.0, 1.0)
    low, high = min(inside), max(inside)
    spread = high - low
    if spread <= 0:
        spread = abs(high) * 0.1 or 1.0
    return Scale(low - margin * spread, high + margin * spread)


def ticks(scale: Scale, most: int) -> list[float]:
    """Round values within the scale, at most so many, evenly apart."""
    span = scale.high - scale.low
    if most < 1 or span <= 0 or not math.isfinite(span):
        return []
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next((power * one for one in _STEPS if span / (power * one) <= most), power * 10)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    return [one * step for one in range(first, last + 1)]


def labels(values: Sequence[float]) -> list[str]:
    """The values written alike, in as many digits as tell them apart."""
    if not values:
        return []
    if max(map(abs, values)) >= 1e5 or (any(values) and max(map(abs, values)) < 1e-4):
        return [f"{value:.2e}" for value in values]
    step = min((abs(b - a) for a, b in itertools.pairwise(values)), default=0.0)
    size = step or max(map(abs, values)) or 1.0
    decimals = min(8, max(0, -math.floor(math.log10(size) + 1e-9)))
    if any(round(value, decimals) != round(value, decimals + 1) for value in values):
        decimals += 1
    return [f"{value:.{decimals}f}" for value in values]
