"""What the run so far says about a candidate: a hierarchical Gaussian model, solved exactly.

Every change is drawn from N(mu, tau^2); an incumbent is its parent plus its change; a measurement
adds N(0, sigma^2). For fixed tau and sigma the pair (incumbent's true value, mu) is Gaussian and
a Kalman filter over the run's incumbents gives it, refused candidates included: each of them
measures the incumbent too. Tau and sigma are not fixed but averaged over a grid, weighted by how
well they explain the run (a fully Bayesian reading of empirical Bayes: Robbins 1956; Efron and
Morris 1973; Carlin and Louis 2000). Because the whole run is modelled, and not only what was
kept, selection can be ignored: the posterior of a kept candidate is what it would be had nobody
looked (Dawid 1994, "Selection paradoxes of Bayesian inference"; Senn 2008).

What is known before anything was measured: tau is between 0.03 and 60 noise sds, equally likely
on a log scale, with extra weight on "changes do nothing"; mu is within about three taus of zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtr  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgloop.referee.tally import Mean, Tally

    Array = NDArray[np.float64]

SIGMA_AT = (0.15, 0.40, 0.65, 0.85, 0.95, 0.99)
SIGMA_WEIGHT = (0.28, 0.24, 0.26, 0.14, 0.06, 0.02)
"""Where the noise may lie, as tails of its chi-squared distribution: finer where it is larger
than it looks, since three seeds that agree by luck are what fools a young run."""
TAUS = 30
TAU_LOW, TAU_HIGH = 0.03, 60.0
NULL_WEIGHT = 3.0
MU_SPREAD = 3.0
MU_CENTRE = -0.5
RARE, RARE_SDS = 0.01, 10.0
"""One change in a hundred may be of another kind, with an sd ten times the noise: without that, a
breakthrough after sixty changes that did nothing would be taken for luck (a contaminated normal
prior, Berger and Berliner 1986, "Robust Bayes and empirical Bayes analysis")."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Gaussian beliefs, one for each grid point: incumbent ``a``, mean change ``b``."""

    a: Array
    b: Array
    aa: Array
    ab: Array
    bb: Array
    log_weight: Array
    sigma2: Array
    tau2: Array

    def weights(self) -> Array:
        """Probability of each grid point."""
        raw = np.exp(self.log_weight - self.log_weight.max())
        return np.asarray(raw / raw.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Posterior of one candidate, in the metric's units, more is better."""

    gain: float
    gain_sd: float
    value: float
    value_sd: float
    p_better: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next candidate before it is measured: what the price of a run is worked out from."""

    mu: float
    tau: float
    sigma: float
    incumbent: float
    incumbent_sd: float


def believe(tally: Tally) -> Belief:
    """Filter the run, oldest incumbent first. Needs at least one degree of freedom of noise."""
    noise = tally.noise
    at = np.array(SIGMA_AT)
    sigmas = noise.squares / chdtri(float(noise.freedom), at)
    taus = (noise.sd * np.geomspace(TAU_LOW, TAU_HIGH, TAUS)) ** 2
    sigma2, tau2 = (grid.ravel() for grid in np.meshgrid(sigmas, taus))
    prior = np.tile(np.log(SIGMA_WEIGHT), (TAUS, 1))
    prior[0] += np.log(NULL_WEIGHT)
    zero = np.zeros_like(sigma2)
    first = tally.chapters[0].incumbent
    belief = Belief(
        a=zero + first.value,
        b=MU_CENTRE * np.sqrt(tau2),
        aa=sigma2 / first.n,
        ab=zero,
        bb=MU_SPREAD**2 * tau2,
        log_weight=prior.ravel(),
        sigma2=sigma2,
        tau2=tau2,
    )
    for effect in tally.effects:
        belief = _seen_effect(belief, effect)
    for number, chapter in enumerate(tally.chapters):
        if number:
            belief = _promoted(belief, chapter.incumbent)
        for cluster in chapter.refused:
            noise2 = belief.tau2 + belief.sigma2 / cluster.n
            scatter = (cluster.count - 1) * np.log(noise2) + cluster.squares / noise2
            belief = _seen_child(belief, cluster.value, noise2 / cluster.count, scatter)
    return belief


def judge(belief: Belief, candidate: Mean, min_delta: float) -> Verdict:
    """The posterior of a candidate's gain and value, averaged over the grid."""
    belief = _with_rare(belief)
    change, toward = belief.bb + belief.tau2, belief.ab + belief.bb + belief.tau2
    true = belief.aa + belief.ab + toward
    seen = true + belief.sigma2 / candidate.n
    surprise = candidate.value - belief.a - belief.b
    log_weight = belief.log_weight - 0.5 * (np.log(seen) + surprise**2 / seen)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    gains = belief.b + toward / seen * surprise
    gain_var = np.maximum(change - toward**2 / seen, 1e-300)
    values = belief.a + belief.b + true / seen * surprise
    value_var = np.maximum(true - true**2 / seen, 0.0)
    gain, value = float(weight @ gains), float(weight @ values)
    return Verdict(
        gain=gain,
        gain_sd=float(weight @ (gain_var + (gains - gain) ** 2)) ** 0.5,
        value=value,
        value_sd=float(weight @ (value_var + (values - value) ** 2)) ** 0.5,
        p_better=float(weight @ ndtr((gains - min_delta) / np.sqrt(gain_var))),
    )


def outlook(belief: Belief) -> Outlook:
    """Averages over the grid, for the incumbent as it stands and the candidate to come."""
    weight = belief.weights()
    mu, incumbent = float(weight @ belief.b), float(weight @ belief.a)
    return Outlook(
        mu=mu,
        tau=float(weight @ (belief.tau2 + belief.bb + (belief.b - mu) ** 2)) ** 0.5,
        sigma=float(1.0 / (weight @ (1.0 / belief.sigma2))) ** 0.5,
        incumbent=incumbent,
        incumbent_sd=float(weight @ (belief.aa + (belief.a - incumbent) ** 2)) ** 0.5,
    )


def _seen_child(belief: Belief, value: float, noise2: Array, scatter: Array) -> Belief:
    """A refused candidate's mean: incumbent plus mean change plus noise."""
    to_a, to_b = belief.aa + belief.ab, belief.ab + belief.bb
    total = to_a + to_b + noise2
    surprise = value - belief.a - belief.b
    return _updated(belief, to_a, to_b, total, surprise, scatter)


def _with_rare(belief: Belief) -> Belief:
    """The grid twice: changes of the usual kind, and of the rare one."""

    def twice(values: Array) -> Array:
        return np.concatenate([values, values])

    wide = belief.tau2 + RARE_SDS**2 * belief.sigma2
    return Belief(
        twice(belief.a),
        twice(belief.b),
        twice(belief.aa),
        twice(belief.ab),
        twice(belief.bb),
        np.concatenate([belief.log_weight + np.log(1 - RARE), belief.log_weight + np.log(RARE)]),
        twice(belief.sigma2),
        np.concatenate([belief.tau2, wide]),
    )


def _promoted(belief: Belief, mean: Mean) -> Belief:
    """The kept candidate becomes the incumbent, and its own measurements are taken in.

    Whether its change was of the rare kind is settled by which explains it better.
    """
    a, ab = belief.a + belief.b, belief.ab + belief.bb
    base = belief.aa + 2 * belief.ab + belief.bb + belief.tau2
    surprise2 = (mean.value - a) ** 2
    usual = base + belief.sigma2 / mean.n
    rare = usual + RARE_SDS**2 * belief.sigma2
    log_usual = np.log(1 - RARE) - 0.5 * (np.log(usual) + surprise2 / usual)
    log_rare = np.log(RARE) - 0.5 * (np.log(rare) + surprise2 / rare)
    is_rare = log_rare > log_usual
    total = np.where(is_rare, rare, usual)
    aa = np.where(is_rare, base + RARE_SDS**2 * belief.sigma2, base)
    moved = Belief(
        a, belief.b, aa, ab, belief.bb, belief.log_weight, belief.sigma2, belief.tau2
    )  # fmt: skip
    # What _updated adds for the Gaussian chosen is taken back: the weight is the mixture's.
    chosen = np.log(total) + surprise2 / total
    mixture = -2 * np.logaddexp(log_usual, log_rare)
    return _updated(moved, aa, ab, total, mean.value - a, mixture - chosen)


def _seen_effect(belief: Belief, effect: float) -> Belief:
    """A first gain against an incumbent that is not otherwise known: one measurement each."""
    zero = np.zeros_like(belief.a)
    total = belief.bb + belief.tau2 + 2 * belief.sigma2
    return _updated(belief, zero, belief.bb, total, effect - belief.b, 0.0)


def _updated(
    belief: Belief, to_a: Array, to_b: Array, total: Array, surprise: Array, scatter: Array | float
) -> Belief:
    step = surprise / total
    return Belief(
        a=belief.a + to_a * step,
        b=belief.b + to_b * step,
        aa=belief.aa - to_a * to_a / total,
        ab=belief.ab - to_a * to_b / total,
        bb=belief.bb - to_b * to_b / total,
        log_weight=belief.log_weight - 0.5 * (np.log(total) + surprise * step + scatter),
        sigma2=belief.sigma2,
        tau2=belief.tau2,
    )
