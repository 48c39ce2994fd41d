"""How much better one commit is than another, from runs on the same seeds.

The difference is taken seed by seed, so what a seed adds to both sides falls out, and so does a
machine that slows down meanwhile, since the runs of one seed lie close together in time. The
differences are held against Student's t (Student 1908); nothing is assumed of the other commits.
Where several comparisons stand together, their p-values are corrected after Holm (1979, "A simple
sequentially rejective multiple test procedure"), which holds whatever the dependence between them:
they share a commit, so there is some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

from orgloop.referee.protocol import oriented
from orgloop.referee.student import t_cdf, t_quantile

LEVEL = 0.95
"""Coverage of the intervals."""
ALPHA = 0.05
"""The probability, over a family of comparisons, that any gain is called real and is none."""
_ROUNDING = 1e-9
"""Differences below this share of the values are rounding."""

Values = Mapping[int, float]
"""A commit's values by seed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The gain of one commit over another, in the metric's units; positive is better."""

    gain: float | None
    """None where no seed gave a value on both sides."""
    stderr: float | None
    """None where there is no noise to speak of, or too few pairs to know it."""
    low: float | None
    high: float | None
    """Ends of the interval that holds the true gain with probability :data:`LEVEL`."""
    p: float | None
    """Of a gain this large where the true one is ``min_delta`` or less; None without a test."""
    pairs: int


def is_deterministic(arms: Sequence[Values]) -> bool:
    """Whether every commit gave one number on all of its seeds, and one at least had several."""
    repeated = [list(arm.values()) for arm in arms if len(arm) > 1]
    return bool(repeated) and all(min(values) == max(values) for values in repeated)


def estimate(
    better: Values, worse: Values, *, goal: str, min_delta: float = 0.0, deterministic: bool = False
) -> Estimate:
    """The gain of ``better`` over ``worse``, from the seeds that both have."""
    shared = sorted(better.keys() & worse.keys())
    if not shared:
        return Estimate(None, None, None, None, None, 0)
    sign = oriented(1.0, goal)
    gains = [sign * (better[seed] - worse[seed]) for seed in shared]
    gain, pairs = mean(gains), len(gains)
    scale = max(abs(value) for seed in shared for value in (better[seed], worse[seed]))
    if deterministic:
        return Estimate(gain, None, None, None, None, pairs)
    if pairs < 2:
        return Estimate(gain, None, None, None, None, pairs)
    if max(gains) - min(gains) <= _ROUNDING * scale:
        # Every seed gives the same difference: the noise was all the seed's, and is gone.
        above = gain > min_delta + _ROUNDING * scale
        return Estimate(gain, 0.0, gain, gain, 0.0 if above else 1.0, pairs)
    stderr, freedom = stdev(gains) / sqrt(pairs), pairs - 1
    half = t_quantile(0.5 + LEVEL / 2, freedom) * stderr
    p = t_cdf((min_delta - gain) / stderr, freedom)
    return Estimate(gain, stderr, gain - half, gain + half, p, pairs)


def corrected(found: Sequence[Estimate]) -> list[float | None]:
    """The p-values of comparisons that stand together, after Holm; None stays None."""
    known = [one.p for one in found if one.p is not None]
    if len(known) < 2:
        return [one.p for one in found]
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    answer = multipletests(known, method="holm")[1]
    assert answer is not None, "Holm's correction gives p-values"
    adjusted = iter([float(p) for p in answer])
    return [None if one.p is None else next(adjusted) for one in found]


def shown(gain: float | None, p: float | None, min_delta: float, *, deterministic: bool) -> bool:
    """Whether a gain counts as real: by its test, or by ``min_delta`` where there is no noise."""
    if gain is None:
        return False
    if deterministic:
        return gain > min_delta
    return p is not None and p <= ALPHA and gain > min_delta
