"""A surface fitted to recorded measurements, and the table of bytes-lm that ships.

The mean is a quadratic in every constant's place on its own scale, by ridge regression (A. E. Hoerl
and R. W. Kennard, 1970); what that leaves is smoothed by a Gaussian process (C. E. Rasmussen and
C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, chapter 2). How strongly either
smooths is what predicts each measurement best from all others. A point that lies nearest to a crash
crashes.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from orgloop.engines.tunables import Space, Tunable, Value, discover
from orgloop.org import bundled_root
from orgloop.task import Task
from orgloop.tune.simulated import CheckedOut
from orgloop.tune.surface import Point, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_RIDGES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_LENGTHS = (0.5, 1.0, 2.0)
"""Of the Gaussian process, in units of a constant's whole range."""
_SHARES = (0.1, 0.3, 1.0, 3.0)
"""Variance of the noise, as a share of the Gaussian process's."""
_BEYOND = 0.15
"""How far beyond the recorded values the surface may go, as a share of their span."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One measurement as it was recorded."""

    point: Point
    value: float | None
    """None for a crash."""
    seconds: float


class FittedSurface:
    """What was recorded, filled in between. Every run has the same noise, half of it its seed's."""

    def __init__(self, space: Space, rows: Sequence[Recorded], noise_sd: float) -> None:
        """``rows`` must hold some dozens of values; ``space`` says where a value lies."""
        import numpy as np

        self._space, self.noise_sd = space, noise_sd
        self._seconds = sum(row.seconds for row in rows) / len(rows)
        good = [row for row in rows if row.value is not None]
        self._features = np.array([self._place(row.point) for row in good])
        self._crashed = np.array([self._place(row.point) for row in rows if row.value is None])
        values = np.array([row.value for row in good])
        beyond = _BEYOND * float(values.max() - values.min())
        self._low, self._high = float(values.min()) - beyond, float(values.max()) + beyond
        self._fit(values)

    def measure(self, point: Point, seed: int) -> Reading:
        """The fitted value with a run's noise on it."""
        value = self.truth(point)
        if value is None:
            return Reading(None, "RuntimeError: as the run nearest to it did", self._seconds)
        own = " ".join(f"{key}={said!r}" for key, said in sorted(point.items()))
        noise = _normal(f"{seed}") + _normal(f"{seed} {own}")
        return Reading(value + self.noise_sd * noise / 2**0.5, seconds=self._seconds)

    def truth(self, point: Point) -> float | None:
        """The fitted value; None where a crash is nearer than any value."""
        import numpy as np

        if any(tunable.key not in point for tunable in self._space):
            return None
        at = np.array([self._place(point)])
        if len(self._crashed):
            near = _distances(at, self._features).min()
            if _distances(at, self._crashed).min() < near:
                return None
        fitted = float((_quadratic(at) @ self._weights)[0])
        fitted += float((_kernel(at, self._features, self._length) @ self._residual)[0])
        return min(self._high, max(self._low, fitted))

    def errors(self) -> tuple[float, float]:
        """Root mean square error of predicting each value from all others, and the values' sd."""
        return self._error, self._spread

    def _place(self, point: Point) -> list[float]:
        return [
            number
            for tunable in self._space
            for number in _coordinates(tunable, point[tunable.key])
        ]

    def _fit(self, values: Array) -> None:
        import numpy as np

        shape, count = _quadratic(self._features), len(values)
        self._spread = float(values.std())
        best: tuple[float, float, float, float] | None = None
        for ridge, length, share in itertools.product(_RIDGES, _LENGTHS, _SHARES):
            weights = _ridge(shape, values, ridge)
            left = values - shape @ weights
            kernel = _kernel(self._features, self._features, length)
            inverse = np.linalg.inv(kernel + share * np.eye(count))
            # The smoother of both together, without each value in turn (its diagonal says how much
            # a value counts for its own prediction).
            hat = _hat(shape, ridge)
            both = hat + kernel @ inverse @ (np.eye(count) - hat)
            out = (values - both @ values) / np.maximum(0.05, 1 - np.diag(both))
            error = float(np.sqrt(np.mean(out**2)))
            if best is None or error < best[0]:
                best = error, ridge, length, share
                self._weights, self._residual, self._length = weights, inverse @ left, length
        assert best is not None
        self._error = best[0]


def recorded_surface(root: Path, task: Task) -> FittedSurface:
    """The surface of `bytes-lm-table`: the lab is ``root``, the table lies with the tasks."""
    return _bytes_lm(discover(CheckedOut(root, task), task).tunables)


@cache
def _bytes_lm(tunables: tuple[Tunable, ...]) -> FittedSurface:
    table = bundled_root() / "examples" / "tasks" / "bytes-lm-table" / "table.csv"
    space = Space(tunables, (), {})
    rows = read_table(table, space)
    same = [row.value for row in rows if row.value is not None and row.point == space.values]
    mean = sum(same) / len(same)
    noise = (sum((value - mean) ** 2 for value in same) / (len(same) - 1)) ** 0.5
    return FittedSurface(space, rows, noise)


def read_table(path: Path, space: Space) -> list[Recorded]:
    """A table with the columns ``value`` (empty for a crash), ``cpu_s`` and the constants."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Recorded(
                {tunable.key: _read(row[tunable.name], tunable) for tunable in space},
                float(row["value"]) if row["value"] else None,
                float(row["cpu_s"]),
            )
            for row in csv.DictReader(file)
        ]


def _read(text: str, tunable: Tunable) -> Value:
    if isinstance(tunable.value, str):
        return text
    return int(text) if tunable.kind == "int" else float(text)


def _coordinates(tunable: Tunable, value: Value) -> list[float]:
    if tunable.choices is not None:
        return [float(value == choice) for choice in tunable.choices]
    return [tunable.to_unit(value)]


def _quadratic(places: Array) -> Array:
    import numpy as np

    squares = (places - 0.5) ** 2
    return np.hstack([np.ones((len(places), 1)), places, squares])


def _hat(shape: Array, ridge: float) -> Array:
    return shape @ _solved(shape, shape.T, ridge)


def _ridge(shape: Array, values: Array, ridge: float) -> Array:
    return _solved(shape, shape.T @ values, ridge)


def _solved(shape: Array, right: Array, ridge: float) -> Array:
    """Ridge regression's system, without a penalty on the level, which is no effect."""
    import numpy as np

    penalty = ridge * np.eye(shape.shape[1])
    penalty[0, 0] = 1e-9
    return np.asarray(np.linalg.solve(shape.T @ shape + penalty, right), dtype=np.float64)


def _distances(some: Array, others: Array) -> Array:
    import numpy as np

    found: Array = np.sqrt(((some[:, None, :] - others[None, :, :]) ** 2).sum(axis=2))
    return found


def _kernel(some: Array, others: Array, length: float) -> Array:
    import numpy as np

    found: Array = np.exp(-0.5 * (_distances(some, others) / length) ** 2)
    return found


def _normal(text: str) -> float:
    """A draw from the standard normal distribution that is the text's own (Box and Muller)."""
    import math

    digest = hashlib.sha256(text.encode()).digest()
    one = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)
    two = int.from_bytes(digest[8:16], "big") / 2**64
    return math.sqrt(-2 * math.log(one)) * math.cos(2 * math.pi * two)
