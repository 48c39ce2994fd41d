"""Whether one organization proposes better experiments than another, from a few of each.

An organization is scored by what an experiment under it may be expected to add, per second of the
bench: ``share * E[max(0, change)] / seconds``. ``share`` is the part of its experiments that were
measured at all; ``change`` is the true change of a measured one, normal with a mean and an sd of
the organization's own, estimated from first measurements with the noise removed; ``seconds`` is
what the bench spends on a measured one. ``E[max(0, change)] = m F(m/t) + t f(m/t)`` for mean ``m``
and sd ``t`` (the expected improvement of Mockus 1974 with a normal belief). Keeps are too few to
count, and a mean change would prefer the organization that dares nothing.

What is not known is integrated over: mean and variance under a normal-inverse-gamma prior that is
centred on both sides together and weighs as much as :data:`WEIGHT` experiments (Gelman et al.,
Bayesian Data Analysis, 3.3), the share under a beta prior of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr  # type: ignore[import-untyped]

WEIGHT = 0.5
"""What the prior weighs, in experiments."""
DRAWS = 4000
LOOKS = (0.3, 0.5, 0.75, 1.0)
"""When a probation is looked at, as shares of its experiments: each look is one more chance to be
taken in by noise, so there are few."""
_LOST = 0.1
"""Below this probability of being better a probation ends before its time."""

Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """What came of the experiments of one organization."""

    experiments: int
    """Finished ones."""
    effects: Sequence[float]
    """First measured gains over the incumbent, positive is better; one for each measured."""
    bench_s: float = 0.0
    """Seconds of the bench over all of them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two organizations compared."""

    chance: float
    """Probability that the new one is better."""
    new: float
    """Posterior mean of its score, in the metric's units per bench-second (per experiment where
    no time was taken)."""
    old: float


def expected_gain(mean: Draws, sd: Draws) -> Draws:
    """``E[max(0, x)]`` of a normal ``x``, elementwise."""
    safe = np.where(sd > 0, sd, 1.0)
    ratio = mean / safe
    density = np.exp(-0.5 * ratio**2) / np.sqrt(2 * np.pi)
    found: Draws = np.where(sd > 0, mean * ndtr(ratio) + safe * density, np.maximum(mean, 0.0))
    return found


def compare_sides(new: Side, old: Side, *, noise_sd: float | None, seed: int) -> Comparison:
    """How likely ``new`` is to be the better organization.

    ``noise_sd`` is that of one measurement; None where a task has none. The draws are those of
    ``seed``, so that the same record gives the same answer.
    """
    rng = np.random.default_rng(seed)
    effects = np.array([*new.effects, *old.effects], dtype=float)
    if len(effects) < 2:
        return Comparison(0.5, 0.0, 0.0)
    centre, spread = float(effects.mean()), float(effects.var(ddof=1))
    total = new.experiments + old.experiments
    share = len(effects) / total if total else 1.0
    seconds = (new.bench_s + old.bench_s) / len(effects)
    scores = [
        _scores(side, centre, spread, share, seconds, noise_sd or 0.0, rng) for side in (new, old)
    ]
    better = float((scores[0] > scores[1]).mean() + 0.5 * (scores[0] == scores[1]).mean())
    return Comparison(better, float(scores[0].mean()), float(scores[1].mean()))


def verdict(comparison: Comparison, done: int, limit: int, chance: float) -> bool | None:
    """Whether the new organization stays; None while that is open.

    ``done`` experiments of each side have finished, of ``limit`` at most. Between looks nothing is
    decided.
    """
    if done not in looks(limit):
        return None
    if comparison.chance >= chance:
        return True
    return False if done >= limit or comparison.chance < _LOST else None


def looks(limit: int) -> frozenset[int]:
    """Counts of finished experiments a side at which a probation is looked at."""
    return frozenset(max(2, round(share * limit)) for share in LOOKS) | {limit}


def _scores(
    side: Side,
    centre: float,
    spread: float,
    share: float,
    seconds: float,
    noise_sd: float,
    rng: np.random.Generator,
) -> Draws:
    effects = np.asarray(side.effects, dtype=float)
    count = len(effects)
    mean = float(effects.mean()) if count else centre
    squares = float(((effects - mean) ** 2).sum()) if count else 0.0
    weight = WEIGHT + count
    about = (WEIGHT * centre + count * mean) / weight
    scale = WEIGHT * spread + squares + WEIGHT * count / weight * (mean - centre) ** 2
    variance = scale / rng.chisquare(weight, DRAWS)
    means = about + np.sqrt(variance / weight) * rng.standard_normal(DRAWS)
    true_sd = np.sqrt(np.maximum(variance - noise_sd**2, 0.0))
    measured = rng.beta(
        WEIGHT * share + count + 1e-9,
        WEIGHT * (1 - share) + max(0, side.experiments - count) + 1e-9,
        DRAWS,
    )
    spent = (WEIGHT * seconds + side.bench_s) / weight if seconds > 0 else 1.0
    scores: Draws = measured * expected_gain(means, true_sd) / spent
    return scores
