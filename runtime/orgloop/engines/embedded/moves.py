"""Moves away from the incumbent, and which of them is worth a run.

One hypothesis at a time: a move changes one tunable by about a factor of 1.5 or two, in the order
of what custom and the evidence promise. It takes several only where each of them measured as a gain
(a combination), or where nothing was kept for long (a leap). Which candidate is worth most is
for the model of :mod:`.surface` to say; what is no candidate at all is said here:

- a tunable that another walk is changing now, so that both can be merged if both help;
- the way back from a kept change, unless what was measured since speaks for it;
- the same value of the same tunable that was measured as a loss.

The figures are in tests/engines/embedded/test_against_optuna.py.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orgloop.engines.embedded.axes import Axis, Value, same
from orgloop.engines.embedded.joining import Changes, combinations, drawn, promising
from orgloop.engines.embedded.places import signature
from orgloop.engines.embedded.plan import MOST_TUNABLES
from orgloop.engines.embedded.record import back_from, busy, is_settled, last_way, lost_before
from orgloop.engines.embedded.survey import Survey

PLATEAU = 4
"""Experiments since the last keep from which moves may be joint and far."""
_LONG_PLATEAU = 6
"""The same where more than :data:`_FEW` tunables have not been tried once."""
_FEW = 2
_AMOUNTS = (1.0, 0.6)
"""Sizes of a step, in usual steps: the usual one, and one for what lies between."""
_GROWTH = 0.15
"""How much further moves go for each experiment of a plateau, as a share."""
_LONGEST_PLATEAU = 10
_WIDE = 200
"""Draws over the whole range before the space is called exhausted."""
_JITTER = 0.1
"""Spread of the random factor on a candidate's worth, so that runs differ."""
_BACK = 1.0
"""Its own sds by which the way back from a keep must promise a gain."""


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
    """What a usual step is multiplied by: 1 at a boldness of 0.5, more on a plateau."""
    beyond = min(max(0, streak - PLATEAU), _LONGEST_PLATEAU)
    return 2 * (boldness or 0.5) * (1 + _GROWTH * beyond)


def is_stuck(view: Survey, streak: int) -> bool:
    """Whether small steps have had their chance: most tunables were tried, and none was kept."""
    untouched = sum(not view.about(axis.key) for axis in view.axes)
    return streak >= (PLATEAU if untouched <= _FEW else _LONG_PLATEAU)


def best_move(
    view: Survey,
    reach: float,
    rng: random.Random,
    *,
    luck: random.Random | None = None,
    streak: int = 0,
    skip: int = 0,
) -> Move | None:
    """The most promising move over all tunables; None where no admissible point is left.

    ``skip`` walks are choosing at this moment on the same evidence: the best tunables are theirs.
    For them to be the same ones, ``luck`` has to be equal for walks that see the same evidence.
    """
    luck = luck or rng
    taken_up = busy(view)
    free = [axis for axis in view.axes if axis.key not in taken_up] or list(view.axes)
    near = {axis.key: steps_of(axis, view, reach) for axis in free}
    candidates: list[Changes] = [{k: value} for k, values in near.items() for value in values]
    candidates += [one for one in combinations(view) if not taken_up & one.keys()]
    if streak >= PLATEAU:
        candidates += promising(view, candidates)
    stuck = is_stuck(view, streak)
    if stuck:
        candidates += drawn(near, rng)
    sensible = [
        one
        for one in candidates
        if not lost_before(view, one) and (streak >= PLATEAU or not is_settled(view, one))
    ]
    found: Move | None = None
    for _ in range(skip + 1):
        move = pick(view, sensible, luck, jitter=_JITTER)
        if move is None:
            break
        found = move
        sensible = [one for one in sensible if not one.keys() & move.changes.keys()]
    return found or pick(view, candidates, rng, jitter=_JITTER) or _anywhere(view, rng)


def pick(
    view: Survey, candidates: Sequence[Changes], rng: random.Random, *, jitter: float = 0.0
) -> Move | None:
    """The candidate of most worth that is new and undoes no keep; None where none is."""
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
    expected, sd = view.surface.predict(points)
    back = np.array([back_from(view, changes) for changes in options]) & (expected < _BACK * sd)
    if back.all():
        return None
    worth = view.surface.improvement(expected, sd)
    luck = np.exp([jitter * rng.gauss(0.0, 1.0) for _ in options])
    at = int(np.argmax(np.where(back, -1.0, worth * luck)))
    return Move(options[at], float(expected[at]), float(sd[at]), float(worth[at]))


def steps_of(axis: Axis, view: Survey, reach: float) -> list[Value]:
    """Usual steps of one tunable both ways, and the step of its last keep once more."""
    steps = [way * amount * reach * axis.usual for amount in _AMOUNTS for way in (1, -1)]
    ahead = last_way(view, axis)
    return values_near(axis, [*steps, ahead] if ahead else steps)


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
