"""Means, intervals and paired tests over trials that share their seeds.

Trials come in strata, one for each task, of equally many runs. Tasks are the ones that were asked
about and not drawn from anything, so only the runs vary: the variance of a mean over tasks is that
of its strata, and Student's t has Satterthwaite's degrees of freedom (F. E. Satterthwaite, 1946).
With one task this is the ordinary t interval, and the paired t test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import fmean, variance

from pydantic import BaseModel, ConfigDict

LEVEL = 0.95
ALPHA = 0.05
POWER = 0.8
"""With which a difference as large as the one seen would be found, in the runs that are needed."""
MOST_RUNS = 10_000
_ROUNDING = 1e-12

Strata = Sequence[Sequence[float]]
"""A number for each run, by task."""


class Interval(BaseModel):
    """A mean and the 95% interval around it; the ends are None where one run says no more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class _Spread:
    mean: float
    error: float | None
    """Standard error; None where no stratum has two runs."""
    freedom: float


def _spread(strata: Strata) -> _Spread:
    mean = fmean(fmean(one) for one in strata)
    if any(len(one) < 2 for one in strata):
        return _Spread(mean, None, 0.0)
    parts = [variance(one) / len(one) / len(strata) ** 2 for one in strata]
    total = sum(parts)
    if total <= (_ROUNDING * max(1.0, abs(mean))) ** 2:
        return _Spread(mean, 0.0, 1.0)
    under = sum(part**2 / (len(one) - 1) for part, one in zip(parts, strata, strict=True))
    return _Spread(mean, sqrt(total), total**2 / under)


def interval(strata: Strata) -> Interval:
    """The mean over tasks of the means over runs."""
    from scipy import stats  # type: ignore[import-untyped]

    found = _spread(strata)
    if found.error is None:
        return Interval(mean=found.mean)
    half = float(stats.t.ppf(0.5 + LEVEL / 2, found.freedom)) * found.error
    return Interval(mean=found.mean, low=found.mean - half, high=found.mean + half)


def ratio(above: Strata, below: Strata) -> Interval | None:
    """The mean of ``above`` for each unit of ``below``; None where there is none of it.

    The interval is the jackknife's, leaving out one run of all tasks at a time (M. H. Quenouille,
    1956; J. W. Tukey, 1958).
    """
    from scipy import stats

    runs = range(len(above[0]))

    def of(left_out: int | None) -> float | None:
        some = [[row[at] for at in runs if at != left_out] for row in above]
        others = [[row[at] for at in runs if at != left_out] for row in below]
        total = fmean(fmean(row) for row in others)
        return fmean(fmean(row) for row in some) / total if total > 0 else None

    whole = of(None)
    if whole is None:
        return None
    parts = [found for at in runs if len(runs) > 1 and (found := of(at)) is not None]
    if len(parts) < 2:
        return Interval(mean=whole)
    count, middle = len(parts), fmean(parts)
    error = sqrt((count - 1) / count * sum((part - middle) ** 2 for part in parts))
    half = float(stats.t.ppf(0.5 + LEVEL / 2, count - 1)) * error
    return Interval(mean=whole, low=whole - half, high=whole + half)


class Duel(BaseModel):
    """One organization against another, on the same tasks from the same seeds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    org: str
    rival: str
    difference: Interval
    """Of their progress; positive where ``org`` is ahead."""
    wins: int
    """Pairs of trials in which ``org`` made more progress."""
    losses: int
    ties: int
    p: float | None
    """Of a difference this large, either way, where there is none; corrected after Holm for the
    comparisons beside it. None where one run says nothing of that."""
    significant: bool
    runs_needed: int | None
    """Runs on each task with which a difference as large as this would most likely show; None
    where it shows already, and where there is none."""


def duel(org: str, rival: str, one: Strata, other: Strata) -> Duel:
    """The paired test, not yet corrected for any other."""
    gaps = [
        [a - b for a, b in zip(mine, theirs, strict=True)]
        for mine, theirs in zip(one, other, strict=True)
    ]
    flat = [gap for row in gaps for gap in row]
    small = _ROUNDING * max(1.0, *(abs(value) for row in (*one, *other) for value in row))
    found = _spread(gaps)
    p = _p(found, flat)
    return Duel(
        org=org,
        rival=rival,
        difference=interval(gaps),
        wins=sum(gap > small for gap in flat),
        losses=sum(gap < -small for gap in flat),
        ties=sum(abs(gap) <= small for gap in flat),
        p=p,
        significant=p is not None and p <= ALPHA,
        runs_needed=None if p is not None and p <= ALPHA else _runs_needed(found, len(gaps[0])),
    )


def _p(found: _Spread, gaps: Sequence[float]) -> float | None:
    from scipy import stats

    if found.error is None:
        return None
    if found.error == 0.0:
        # Every pair differs by the same: the sign test says what that is worth.
        return 1.0 if abs(found.mean) <= _ROUNDING else float(2.0 ** (1 - len(gaps)))
    return float(2 * stats.t.sf(abs(found.mean) / found.error, found.freedom))


def _runs_needed(found: _Spread, runs: int) -> int | None:
    """By the normal approximation, for a single test."""
    from scipy import stats

    if not found.error or abs(found.mean) <= _ROUNDING:
        return None
    reach = float(stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(POWER))
    needed = ceil(runs * (reach * found.error / found.mean) ** 2)
    return min(max(needed, runs + 1), MOST_RUNS)


def corrected(duels: Sequence[Duel]) -> list[Duel]:
    """The duels with their p-values corrected after Holm, since they stand together."""
    known = [one.p for one in duels if one.p is not None]
    adjusted: Callable[[], float] | None = None
    if len(known) > 1:
        from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

        answer = multipletests(known, method="holm")[1]
        assert answer is not None, "Holm's correction gives p-values"
        adjusted = iter([float(p) for p in answer]).__next__
    found = []
    for one in duels:
        p = one.p if one.p is None or adjusted is None else adjusted()
        shown = p is not None and p <= ALPHA
        found.append(one.model_copy(update={"p": p, "significant": shown}))
    return found
