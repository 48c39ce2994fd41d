"""A commit's measurements reduced to the three sums that the posterior needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgloop.referee.protocol import Sample


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of ``n`` measurements, more is better."""

    n: int
    value: float
    squares: float = 0.0
    """Sum of squared deviations from the mean; exactly 0 where all are equal."""

    @property
    def freedom(self) -> int:
        """Degrees of freedom that ``squares`` has."""
        return max(self.n - 1, 0)


@dataclass(frozen=True, slots=True)
class Noise:
    """Sum of squares within commits, and its degrees of freedom."""

    squares: float
    freedom: int


def mean_of(samples: Sequence[Sample], sign: float, shifts: Mapping[int, float]) -> Mean:
    """Turn so that more is better, subtract what the seeds share, and sum up.

    Args:
        samples: of one commit; none of a candidate that is not looked at.
        sign: -1 where lower is better.
        shifts: what each seed adds to every commit, in the turned scale.
    """
    if len(samples) == 1:
        return Mean(1, sign * samples[0].value - shifts.get(samples[0].seed, 0.0))
    if not samples:
        return Mean(0, 0.0)
    values = [sign * sample.value - shifts.get(sample.seed, 0.0) for sample in samples]
    centre = sum(values) / len(values)
    if min(values) == max(values):
        return Mean(len(values), values[0])
    return Mean(len(values), centre, sum((value - centre) ** 2 for value in values))
