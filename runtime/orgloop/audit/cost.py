"""What an audit costs: how often to measure each commit, and how long that takes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from orgloop.audit.estimate import ALPHA

POWER = 0.8
"""The probability with which a gain as large as the typical claim is to be found."""
LEAST, MOST = 5, 20
UNKNOWN = 8
"""Runs of each commit where the noise is not known."""
DETERMINISTIC = 2
"""Enough to see that repeats still agree."""


def runs_each(
    *,
    noise_sd: float | None,
    claims: Sequence[float],
    commits: int,
    spent: int,
) -> int:
    """How many runs of each of ``commits`` commits.

    As many as show a gain of the median claim with a probability of :data:`POWER` (by the normal
    approximation, with the search's pooled noise, and Bonferroni's share of the level), but no
    more in all than the ``spent`` runs of the search, as far as :data:`LEAST` allows. That is
    settled before anything is measured, so no look at the numbers can stretch it.
    """
    if noise_sd is None:
        wanted = UNKNOWN
    elif noise_sd == 0:
        return DETERMINISTIC
    elif not [claim for claim in claims if claim > 0]:
        wanted = UNKNOWN
    else:
        from scipy.special import ndtri  # type: ignore[import-untyped]

        positive = sorted(claim for claim in claims if claim > 0)
        typical = positive[len(positive) // 2]
        at = float(ndtri(1 - ALPHA / max(len(claims), 1))) + float(ndtri(POWER))
        wanted = ceil(2 * (at * noise_sd / typical) ** 2)
    affordable = max(LEAST, spent // max(commits, 1))
    return max(LEAST, min(wanted, affordable, MOST))


def seconds(walls: Sequence[float], runs: int, slots: int) -> float | None:
    """About how long ``runs`` runs take, ``slots`` at a time; None where none was timed."""
    if not walls:
        return None
    return ceil(runs / slots) * sum(walls) / len(walls)
