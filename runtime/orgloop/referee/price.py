"""Whether one more measurement is worth its price: optimal stopping with a renewal reward.

A run spent on this candidate is a run not spent on the next one. The price of a run is therefore
what the best policy earns per run on candidates still to come, and the value of measuring again
is worked out backwards from the last measurement allowed: keep, drop, or pay once more (Chow,
Robbins and Siegmund 1971, "Great Expectations", for stopping problems repeated at a rate;
Chick and Gans 2009, "Economic analysis of simulation selection problems"; the value of a batch
of measurements as in Frazier and Powell 2010, "Paradoxes in learning and the marginal value of
information"). All quantities are in units of the noise sd.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDTH = 3.2
POINTS = 61
_NODES, _RAW = np.polynomial.hermite_e.hermegauss(11)
_MASS = _RAW / _RAW.sum()
_FINE = np.linspace(-4, 4, 161)
_FINE_MASS = np.exp(-(_FINE**2) / 2) / np.exp(-(_FINE**2) / 2).sum()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run earns elsewhere, and what going on is worth at each stage."""

    rate: float
    """Expected gain per bench run under the best policy, in noise sds."""
    grid: Array
    worth: tuple[Array, ...]
    """``worth[n - 1]`` on ``grid``: of measuring again after n measurements, its price paid."""

    def going_on(self, gain: float, measured: int) -> float:
        """Value of one more measurement when the posterior gain is ``gain`` (noise sds)."""
        if measured > len(self.worth) or gain >= self.grid[-1]:
            return -np.inf
        return float(np.interp(gain, self.grid, self.worth[measured - 1]))


def plan(mu: float, tau: float, incumbent_sd: float, *, most: int, keep: float) -> Plan:
    """The best policy for changes from N(mu, tau^2); rounded so that plans can be remembered.

    Args:
        mu: mean change. tau: its sd. incumbent_sd: how well the incumbent is known; noise sds.
        most: measurements of one candidate at most.
        keep: the probability of being better that a keep needs.
    """
    return _plan(
        round(mu / tau, 1),
        round(20 * np.log(tau)) / 20,
        round(incumbent_sd, 1),
        most,
        min(round(20 * keep) / 20, 0.99),
    )


@lru_cache(maxsize=4096)
def _plan(slope: float, log_tau: float, incumbent_sd: float, most: int, keep: float) -> Plan:
    tau2 = float(np.exp(2 * log_tau))
    mu = slope * tau2**0.5
    left = [tau2 - tau2**2 / (tau2 + incumbent_sd**2 + 1.0 / n) for n in range(1, most + 1)]
    steps = [max(a - b, 0.0) ** 0.5 for a, b in zip([tau2, *left], left, strict=False)]
    grid = np.linspace(-WIDTH, WIDTH, POINTS) * steps[0]
    need = [float(ndtri(keep)) * variance**0.5 for variance in left]

    def policy(price: float) -> tuple[float, tuple[Array, ...]]:
        worth: list[Array] = []
        best = np.where(grid >= need[-1], np.maximum(grid, 0.0), 0.0)
        for stage in range(most - 2, -1, -1):
            ahead = _read(best, grid[:, None] + steps[stage + 1] * _NODES, grid) @ _MASS - price
            worth.append(ahead)
            best = np.maximum(np.where(grid >= need[stage], np.maximum(grid, 0.0), 0.0), ahead)
            best = np.maximum(best, 0.0)
        start = float(_read(best, mu + steps[0] * _FINE, grid) @ _FINE_MASS) - price
        return start, tuple(reversed(worth))

    low, high = 0.0, steps[0] + max(mu, 0.0)
    for _ in range(11):
        middle = (low + high) / 2
        low, high = (middle, high) if policy(middle)[0] > 0 else (low, middle)
    rate = (low + high) / 2
    return Plan(rate, grid, policy(rate)[1])


def _read(values: Array, at: Array, grid: Array) -> Array:
    """Linear between grid points, and a keep is worth its gain beyond the last."""
    inside = np.interp(at, grid, values)
    return np.asarray(inside + np.maximum(at - grid[-1], 0.0), dtype=np.float64)
