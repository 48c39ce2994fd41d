"""Moves away from the incumbent, and which of them is worth a run.

Every candidate changes at most three tunables, most of them by about a factor of 1.5 where the
scale is one of ratios. A fixed search space, few noisy runs: moves that stay near what works, taken
where the model of :mod:`.surface` expects most, beat both random draws and a TPE that spends its
first ten runs on them (the figures are in
tests/engines/embedded/test_against_optuna.py). On a plateau the reach grows.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orgloop.engines.embedded.axes import Axis, Value, same
from orgloop.engines.embedded.plan import MOST_TUNABLES
from orgloop.engines.embedded.survey import Survey, Tried, signature

_AMOUNTS = (0.5, 1.0, 1.5)
_PLATEAU = 0.15
"""How much further moves go for each experiment since the last keep, as a share."""
_LONGEST_PLATEAU = 10
_JOINT = 60
"""Candidates drawn that change two or three tunables."""
_WIDE = 200
"""Draws over the whole range before the space is called exhausted."""
_JITTER = 0.1
_JITTER_AT_FIRST = 0.3
_FIRST = 4
"""Spread of the random factor on a candidate's worth: walks that see the same evidence at the same
time must not all take the same move, least of all while there is hardly any."""

Changes = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Move:
    """A candidate with what the model expects of it."""

    changes: Mapping[str, Value]
    expected: float
    """Gain over the incumbent in the metric's unit."""
    sd: float
    worth: float
    """Expected improvement, before any jitter."""
    wide: bool = False
    """Drawn over the whole range, since everything near was tried."""


def reach_of(boldness: float | None, streak: int) -> float:
    """Steps that a usual move takes: 0.6 at a boldness of 0.5, up to 2.5 times it on a plateau."""
    return 1.2 * (boldness or 0.5) * (1 + _PLATEAU * min(streak, _LONGEST_PLATEAU))


def best_move(
    view: Survey,
    reach: float,
    rng: random.Random,
    *,
    jitter: float | None = None,
) -> Move | None:
    """The most promising move over all tunables; None where no admissible point is left."""
    if jitter is None:
        jitter = _JITTER_AT_FIRST if len(view.tried) < _FIRST else _JITTER
    near = {
        axis.key: values_near(axis, [way * a * reach for a in _AMOUNTS for way in (1, -1)])
        for axis in view.axes
    }
    singles: list[Changes] = [{key: value} for key, values in near.items() for value in values]
    candidates = [*singles, *_joined(view), *_drawn(near, rng)]
    return pick(view, candidates, rng, jitter=jitter) or _anywhere(view, rng)


def pick(
    view: Survey, candidates: Sequence[Changes], rng: random.Random, *, jitter: float = 0.0
) -> Move | None:
    """The candidate of most worth that is new; None where none is."""
    fresh: dict[object, Changes] = {}
    for changes in candidates:
        real = {key: value for key, value in changes.items() if not same(value, view.home[key])}
        sign = signature(view.axes, {**view.home, **real})
        if real and sign not in view.taken:
            fresh.setdefault(sign, real)
    if not fresh:
        return None
    options = list(fresh.values())
    points = np.array([view.point(changes) for changes in options])
    worth = view.surface.improvement(points)
    luck = np.exp([jitter * rng.gauss(0.0, 1.0) for _ in options])
    at = int(np.argmax(worth * luck))
    expected, sd = view.surface.predict(points[at : at + 1])
    return Move(options[at], float(expected[0]), float(sd[0]), float(worth[at]))


def last_keep(view: Survey) -> Changes:
    """The incumbent carried further along the way of the last keep; empty where none is known."""
    kept = [one for one in view.tried if one.trial.status == "keep"]
    if not kept:
        return {}
    before = kept[-2].changes if len(kept) > 1 else _usual(view)
    ahead: Changes = {}
    for axis in view.axes:
        was = axis.place(before.get(axis.key, view.home[axis.key]))
        if was is None or not axis.ordered or abs(axis.here - was) < 0.05:
            continue
        ahead[axis.key] = axis.stepped(axis.here - was)
    return ahead if len(ahead) <= MOST_TUNABLES else {}


def _usual(view: Survey) -> Mapping[str, Value]:
    """Where the first experiments started: the values that most trials share."""
    usual: Changes = {}
    for axis in view.axes:
        seen = [one.changes.get(axis.key, axis.tunable.value) for one in view.tried]
        usual[axis.key] = max(seen, key=lambda value: sum(same(value, other) for other in seen))
    return usual


def near_misses(view: Survey) -> Sequence[Tried]:
    """Discarded trials that measured above the incumbent, the best first."""
    close = [one for one in view.tried if one.gain is not None and one.gain > 0 and one.changes]
    return sorted(close, key=lambda one: -(one.gain or 0.0))[:4]


def values_near(axis: Axis, steps: Sequence[float]) -> list[Value]:
    """Values at those distances from the present one; every other one where there is no order."""
    if not axis.ordered:
        choices = axis.tunable.choices or ()
        return [choice for choice in choices if not same(choice, axis.tunable.value)]
    found: list[Value] = []
    for step in steps:
        value = axis.stepped(step)
        if not same(value, axis.tunable.value) and not any(same(value, one) for one in found):
            found.append(value)
    return found


def _joined(view: Survey) -> list[Changes]:
    """Near misses two by two, and the last keep carried on."""
    misses = near_misses(view)
    joined: list[Changes] = [
        {**other.changes, **one.changes}
        for index, one in enumerate(misses)
        for other in misses[index + 1 :]
        if len(one.changes.keys() | other.changes.keys()) <= MOST_TUNABLES
    ]
    return [*joined, last_keep(view)]


def _drawn(near: Mapping[str, Sequence[Value]], rng: random.Random) -> list[Changes]:
    """Changes of two or three tunables about the incumbent."""
    keys = [key for key, values in near.items() if values]
    if len(keys) < 2:
        return []
    return [
        {
            key: rng.choice(near[key])
            for key in rng.sample(keys, min(len(keys), rng.randint(2, MOST_TUNABLES)))
        }
        for _ in range(_JOINT)
    ]


def _anywhere(view: Survey, rng: random.Random) -> Move | None:
    """A draw over whole ranges, for when everything near was tried."""
    for _ in range(_WIDE):
        changes: Changes = {}
        for axis in rng.sample(view.axes, min(len(view.axes), rng.randint(1, MOST_TUNABLES))):
            choices = axis.tunable.choices
            changes[axis.key] = (
                axis.value_at(rng.uniform(0.0, axis.steps))
                if choices is None
                else rng.choice(choices)
            )
        if (move := pick(view, [changes], rng)) is not None:
            return Move(move.changes, move.expected, move.sd, move.worth, wide=True)
    return None
