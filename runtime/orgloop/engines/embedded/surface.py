"""What a handful of noisy trials says about the points not tried: a Gaussian process.

Exact regression with fixed inputs in steps (:mod:`.axes`), after Rasmussen & Williams, *Gaussian
Processes for Machine Learning* (2006), algorithm 2.1. The kernel is additive with weak pairwise
terms (Duvenaud et al., *Additive Gaussian Processes*, 2011): training constants act mostly one by
one, which is what makes a dozen trials in ten dimensions worth anything. Trials in flight are
given the value that the model expects of them, capped at no gain (the "kriging believer" of
Ginsbourger et al., 2010), so that the next proposal goes elsewhere. The acquisition is expected
improvement (Jones et al., 1998).

Gains are relative to the incumbent, positive is better. Everything is a few matrices of at most
``_MOST`` rows, so a fit costs about a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from orgloop.engines.embedded.axes import Axis

Array = npt.NDArray[np.float64]

_LENGTHS = (4.0, 2.0)
_AMPLITUDES = (1.0, 3.0, 10.0)
_EXPECTED_AMPLITUDE = 6.0
"""In noise sds. Found on simulated surfaces: expecting more than is there costs a bold move or two,
expecting less makes every move timid."""
_PAIRS = 0.3
"""Weight of the pairwise terms against the additive ones."""
_SWITCHED = 0.88
"""Prior correlation of a tunable's effect between two unlike choices."""
_PULL = 0.4
"""Noise sds that a step from a setting somebody chose is expected to cost, per squared step."""
_SURE = 0.3
"""Share of the noise variance left on the incumbent, which was measured more than once."""
_LEVEL = 2.0
"""Steps from the start after which custom expects no more of going on."""
_MOST = 41


@dataclass(frozen=True)
class Surface:
    """A fitted model; points are rows of coordinates in steps, one column an axis."""

    points: Array
    gains: Array
    relevance: Array
    ordered: npt.NDArray[np.bool_]
    home: Array
    length: float
    variance: float
    factor: Array
    pull: float
    start: Array
    slopes: Array
    liked: Sequence[tuple[int, Array]]

    @cached_property
    def _weights(self) -> Array:
        half = np.linalg.solve(self.factor, self.gains - self._prior(self.points))
        return np.asarray(np.linalg.solve(self.factor.T, half), dtype=np.float64)

    def _prior(self, points: Array) -> Array:
        away = np.where(self.ordered, points - self.home, points != self.home)
        return np.asarray(-self.pull * (away**2).sum(axis=1)) + self._custom(points)

    def _custom(self, points: Array) -> Array:
        """What is usual of such constants, level off a few steps from where the run began."""
        reached = np.tanh((points - self.start) / _LEVEL) - np.tanh(
            (self.home - self.start) / _LEVEL
        )
        total = _LEVEL * reached @ self.slopes
        for column, worth in self.liked:
            total = total + worth[points[:, column].astype(int)] - worth[int(self.home[column])]
        return np.asarray(total)

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Expected gain over the incumbent and its standard deviation, at each point."""
        cross = self.variance * _blend(
            _closeness(points, self.points, self.ordered, self.length), self.relevance
        )
        mean = cross @ self._weights + self._prior(points)
        explained = np.linalg.solve(self.factor, cross.T)
        own = _blend(np.ones((1, 1, points.shape[1])), self.relevance)[0, 0]
        spread = self.variance * own - (explained**2).sum(axis=0)
        return mean, np.sqrt(np.maximum(spread, 1e-12 * self.variance))

    @cached_property
    def level(self) -> float:
        """What the incumbent itself is worth: it may have been lucky, which puts it below 0."""
        return float(self.predict(self.home[None])[0][0])

    def improvement(self, mean: Array, sd: Array) -> Array:
        """Expected improvement over the incumbent, from what :meth:`predict` gives."""
        mean = mean - self.level
        z = mean / sd
        density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        below = np.array([0.5 * (1 + math.erf(one / math.sqrt(2))) for one in z])
        return np.asarray(sd * (z * below + density))


def fit(
    axes: tuple[Axis, ...],
    points: Array,
    gains: Array,
    pending: Array,
    *,
    noise: float,
    start: Array,
    slopes: Array,
    liked: Sequence[tuple[int, Array]] = (),
) -> Surface:
    """Fit to measured points; the first row is the incumbent, whose gain is 0.

    ``start`` is where the run began and ``slopes`` is the gain that custom expects of a step from
    there, by axis; ``liked`` is what it expects of the choices of the axes that have them.

    ``noise`` is the standard deviation of one measurement in the gains' unit, more than 0.
    """
    home = points[0]
    if len(points) > _MOST:
        away = np.abs(points - home).sum(axis=1)
        away[0] = -1.0
        near = np.sort(np.argsort(away, kind="stable")[:_MOST])
        points, gains = points[near], gains[near]
    ordered = np.array([axis.ordered for axis in axes])
    relevance = np.sqrt([axis.relevance for axis in axes])  # a variance: names tell only so much
    relevance = relevance / relevance.mean()
    pull = _PULL * noise
    made = Surface(
        points, gains, relevance, ordered, home, 1.0, 1.0, np.eye(1), pull, start, slopes, liked
    )
    centred = gains - made._prior(points)
    close = _closeness(points, points, ordered, _LENGTHS[0])
    best: tuple[float, float, float] | None = None
    for length in _LENGTHS:
        blended = _blend(_sharper(close, ordered, length), relevance)
        for amplitude in _AMPLITUDES:
            variance = (amplitude * noise) ** 2
            factor = _factor(variance * blended, noise)
            half = np.linalg.solve(factor, centred)
            fitness = -0.5 * float(half @ half) - float(np.log(np.diag(factor)).sum())
            fitness -= 0.5 * math.log(amplitude / _EXPECTED_AMPLITUDE) ** 2
            if best is None or fitness > best[0]:
                best = fitness, length, variance
    assert best is not None
    _, length, variance = best
    factor = _factor(variance * _blend(_sharper(close, ordered, length), relevance), noise)
    made = replace(made, length=length, variance=variance, factor=factor)
    if not len(pending):
        return made
    believed = np.minimum(made.predict(pending)[0], 0.0)
    points = np.vstack([points, pending])
    gains = np.concatenate([gains, believed])
    close = _closeness(points, points, ordered, length)
    factor = _factor(variance * _blend(close, relevance), noise)
    return replace(made, points=points, gains=gains, factor=factor)


def _closeness(one: Array, other: Array, ordered: npt.NDArray[np.bool_], length: float) -> Array:
    """Correlation by axis of every pair of points: (rows of one, rows of other, axes)."""
    apart = one[:, None, :] - other[None, :, :]
    close = np.exp(-0.5 * (apart / length) ** 2)
    return np.where(ordered, close, np.where(apart == 0, 1.0, _SWITCHED))


def _sharper(close: Array, ordered: npt.NDArray[np.bool_], length: float) -> Array:
    """``close``, made for the first length, as it is for another."""
    power = (_LENGTHS[0] / length) ** 2
    return close if power == 1.0 else np.where(ordered, close**power, close)


def _blend(close: Array, relevance: Array) -> Array:
    """The kernel: the sum over axes, and a little of the sum over pairs of axes."""
    weighted = close * relevance
    total = weighted.sum(axis=-1)
    return np.asarray(total + _PAIRS * (total**2 - (weighted**2).sum(axis=-1)) / 2)


def _factor(covariance: Array, noise: float) -> Array:
    noisy = covariance.copy()
    rows = np.arange(len(noisy))
    noisy[rows, rows] += noise**2 * 1.000001
    noisy[0, 0] -= (1 - _SURE) * noise**2
    return np.asarray(np.linalg.cholesky(noisy), dtype=np.float64)
