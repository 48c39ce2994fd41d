"""What the run so far says about a candidate: a hierarchical Gaussian model, solved exactly.

Every change is drawn from N(mu, tau^2); an incumbent is its parent plus its change; a measurement
adds N(0, sigma^2). For fixed tau and sigma the pair (incumbent's true value, mu) is Gaussian and
a Kalman filter over the run's commits gives it, refused candidates included: each of them
measures the incumbent too. Tau and sigma are not fixed but averaged over a grid
(:mod:`orgloop.referee.prior`), weighted by how well they explain the run: a fully Bayesian
reading of empirical Bayes (Robbins 1956; Efron and Morris 1973; Carlin and Louis 2000). Because
the whole run is modelled, and not only what was kept, selection can be ignored: the posterior of
a kept candidate is what it would be had nobody looked (Dawid 1994, "Selection paradoxes of
Bayesian inference"; Senn 2008).

Every step takes one commit, so what is settled is never gone through again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr  # type: ignore[import-untyped]

from orgloop.referee.prior import FAILED, RARE, RARE_SDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgloop.referee.tally import Mean

    Array = NDArray[np.float64]

NEGLIGIBLE = 20.0
"""Log weight behind the most probable grid point."""


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
    log_sigma2: Array
    unit: float
    """The noise sd as it was known when the grid was laid out."""

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
    """Probability that the gain exceeds the least that counts."""
    p_within: tuple[float, float]
    """Probabilities that the gain is above minus the margin, and below the margin."""
    loss_bound: float
    """What the gain falls short of zero by, at most, with 95% probability (normal)."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next candidate before it is measured: what the price of a run is worked out from."""

    mu: float
    tau: float
    sigma: float
    incumbent: float
    incumbent_sd: float


def judge(belief: Belief, candidate: Mean, *, min_delta: float, margin: float = 0.0) -> Verdict:
    """The posterior of a candidate's gain and value, averaged over the grid.

    Its change is of the usual kind or of the rare one; each is tried at every grid point.
    """
    noise2 = belief.sigma2 / candidate.n
    surprise = candidate.value - belief.a - belief.b
    scatter = belief.log_weight - 0.5 * (
        candidate.freedom * belief.log_sigma2 + candidate.squares / belief.sigma2
    )
    change = np.stack([belief.tau2, belief.tau2 + (RARE_SDS * belief.unit) ** 2])
    toward = belief.ab + belief.bb + change
    true = belief.aa + belief.ab + toward
    seen = true + noise2
    pull = surprise / seen
    log_weight = scatter - 0.5 * (np.log(seen) + pull * surprise)
    log_weight[0] += np.log1p(-RARE)
    log_weight[1] += np.log(RARE)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    gains = belief.b + toward * pull
    gain_sds = np.sqrt(np.maximum(belief.bb + change - toward**2 / seen, 1e-300))
    values = belief.a + belief.b + true * pull
    value_var = np.maximum(true - true**2 / seen, 0.0)

    def average(quantity: Array) -> float:
        return float(np.vdot(weight, quantity))

    gain, value = average(gains), average(values)
    gain_sd = average(gain_sds**2 + (gains - gain) ** 2) ** 0.5
    within = (1.0, 1.0)
    if margin > 0:
        low, high = (gains + margin) / gain_sds, (margin - gains) / gain_sds
        within = (average(ndtr(low)), average(ndtr(high)))
    return Verdict(
        gain=gain,
        gain_sd=gain_sd,
        value=value,
        value_sd=average(value_var + (values - value) ** 2) ** 0.5,
        p_better=average(ndtr((gains - min_delta) / gain_sds)),
        p_within=within,
        loss_bound=max(0.0, 1.6449 * gain_sd - gain),
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


def pruned(belief: Belief) -> Belief:
    """Without the grid points that have become too improbable ever to matter again."""
    here = belief.log_weight > belief.log_weight.max() - NEGLIGIBLE
    arrays = {one.name: getattr(belief, one.name) for one in fields(belief) if one.name != "unit"}
    return Belief(**{name: array[here] for name, array in arrays.items()}, unit=belief.unit)


def refused(belief: Belief, child: Mean) -> Belief:
    """A candidate that was not kept: incumbent plus mean change plus noise.

    What lies more than :data:`FAILED` predicted sds below has failed (a run that diverged), and
    how far it fell teaches nothing about changes that work: it counts as if it lay just there,
    and moves neither the incumbent nor the mean change (bounded influence, Huber 1981).
    """
    to_a, to_b = belief.aa + belief.ab, belief.ab + belief.bb
    total = to_a + to_b + belief.tau2 + belief.sigma2 / child.n
    surprise = child.value - belief.a - belief.b
    step = surprise / total
    failed = surprise < -FAILED * np.sqrt(total)
    if failed.any():
        to_a, to_b = np.where(failed, 0.0, to_a), np.where(failed, 0.0, to_b)
    distance = np.where(failed, FAILED**2, surprise * step)
    explained = -0.5 * (np.log(total) + distance) + _scatter(belief, child)
    return _updated(belief, to_a, to_b, total, step, explained)


def promoted(belief: Belief, child: Mean) -> Belief:
    """The kept candidate becomes the incumbent, and its own measurements are taken in.

    Whether its change was of the rare kind is settled by which explains it better.
    """
    a, ab = belief.a + belief.b, belief.ab + belief.bb
    base = belief.aa + 2 * belief.ab + belief.bb + belief.tau2
    surprise = child.value - a
    usual = base + belief.sigma2 / child.n
    rare = usual + (RARE_SDS * belief.unit) ** 2
    log_usual = np.log1p(-RARE) - 0.5 * (np.log(usual) + surprise**2 / usual)
    log_rare = np.log(RARE) - 0.5 * (np.log(rare) + surprise**2 / rare)
    is_rare = log_rare > log_usual
    total = np.where(is_rare, rare, usual)
    aa = np.where(is_rare, base + (RARE_SDS * belief.unit) ** 2, base)
    moved = replace(belief, a=a, aa=aa, ab=ab)
    explained = np.logaddexp(log_usual, log_rare)
    return _updated(moved, aa, ab, total, surprise / total, explained + _scatter(belief, child))


def _scatter(belief: Belief, child: Mean) -> Array | float:
    """Log likelihood of a commit's deviations from its own mean."""
    if child.freedom == 0:
        return 0.0
    return -0.5 * (child.freedom * belief.log_sigma2 + child.squares / belief.sigma2)


def _updated(
    belief: Belief, to_a: Array, to_b: Array, total: Array, step: Array, explained: Array
) -> Belief:
    share = to_a / total
    return replace(
        belief,
        a=belief.a + to_a * step,
        b=belief.b + to_b * step,
        aa=belief.aa - to_a * share,
        ab=belief.ab - to_b * share,
        bb=belief.bb - to_b * to_b / total,
        log_weight=belief.log_weight + explained,
    )
