"""What is known before anything was tried, and the grid that it is known on.

In units of the noise sd, since a metric's units say nothing: the sd of a change is half-Cauchy
around one (Gelman 2006, "Prior distributions for variance parameters in hierarchical models";
Polson and Scott 2012), with extra weight on "changes do nothing"; the mean change is normal
around zero, with two such sds. One change in three hundred may be of another kind, with an
sd ten times the noise: without that, a breakthrough after sixty changes that did nothing would be
taken for luck (a contaminated normal prior, Berger and Berliner 1986).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtr  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgloop.referee.posterior import Belief
    from orgloop.referee.tally import Mean, Noise

    Array = NDArray[np.float64]

SIGMA_AT = np.linspace(-3.3, 3.3, 13)
"""Where the noise may lie, as normal scores of its chi-squared distribution."""
TAUS = 40
TAU_LOW, TAU_HIGH = 0.05, 40.0
NULL_WEIGHT = 3.0
MU_SPREAD = 2.0
RARE, RARE_SDS = 0.003, 10.0
FAILED = 3.0


def believe_first(incumbent: Mean, noise: Noise, counted: Noise) -> Belief:
    """The belief after the oldest incumbent's own measurements.

    Args:
        incumbent: their mean.
        noise: all of the noise that is known: where the grid's points are laid.
        counted: the part of it that weighs them; the rest is counted commit by commit later.
    """
    from orgloop.referee.posterior import Belief

    unit = (noise.squares / noise.freedom) ** 0.5
    sigmas = noise.squares / chdtri(float(noise.freedom), ndtr(SIGMA_AT))
    scales = np.geomspace(TAU_LOW, TAU_HIGH, TAUS)
    prior = np.log(scales / (1.0 + scales**2))
    prior[0] += np.log(NULL_WEIGHT)
    sigma2, tau2 = (grid.ravel() for grid in np.meshgrid(sigmas, (unit * scales) ** 2))
    # Scale invariant: equal prior mass to equal steps of log sigma.
    width = np.tile(np.log(np.gradient(np.log(sigmas))), TAUS)
    zero = np.zeros_like(sigma2)
    log_sigma2 = np.log(sigma2)
    own = counted.freedom * log_sigma2 + counted.squares / sigma2
    return Belief(
        a=zero + incumbent.value,
        b=zero,
        aa=sigma2 / incumbent.n,
        ab=zero,
        bb=MU_SPREAD**2 * tau2,
        log_weight=np.repeat(prior, len(sigmas)) + width - 0.5 * own,
        sigma2=sigma2,
        tau2=tau2,
        log_sigma2=log_sigma2,
        unit=unit,
    )
