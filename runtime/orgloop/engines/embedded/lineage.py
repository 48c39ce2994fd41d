"""Where each experiment began and what it changed there, and how the incumbent came about.

A point alone does not say what was tried: two walks begin on one incumbent, the first is kept, and
the second, measured without that change, looks as if it had undone it. So the experimenter says
which values it replaced (:attr:`~orgloop.engines.protocol.Trial.replaced`). From them follow the
experiment's own change, the incumbent that it began on, and what it gained over that one. Trials
that do not say (other engines, minds) are read against the present incumbent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgloop.engines.embedded.axes import Axis, Value, same
from orgloop.engines.protocol import Json, Trial

Point = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Origin:
    """One experiment's own change."""

    was: Mapping[str, Value]
    """The values that it replaced, by key."""
    own: Mapping[str, Value]
    """The values that it set, by key."""


def origin_of(axes: Sequence[Axis], home: Mapping[str, Value], trial: Trial) -> Origin:
    """What an experiment changed; against ``home`` where it does not say."""
    before: Point = trial.replaced or home
    was: dict[str, Value] = {}
    own: dict[str, Value] = {}
    for axis in axes:
        if axis.tunable.key not in before:
            continue
        old, new = _known(axis, before.get(axis.key)), _known(axis, trial.params.get(axis.key))
        if old is not None and new is not None and not same(old, new):
            was[axis.key], own[axis.key] = old, new
    return Origin(was, own)


def start_of(
    axes: Sequence[Axis], home: Mapping[str, Value], trials: Sequence[Trial]
) -> dict[str, Value]:
    """The point at which the run began, as far as the first experiments tell it."""
    start: dict[str, Value] = {}
    for trial in trials:
        if not trial.replaced:
            continue
        base = base_of(trial)
        for axis in axes:
            if axis.key not in start and (value := _known(axis, base.get(axis.key))) is not None:
                start[axis.key] = value
        if len(start) == len(axes):
            break
    return {**home, **start}


def base_of(trial: Trial) -> Point:
    """The incumbent that an experiment began on."""
    return {**trial.params, **trial.replaced}


def measured_at(
    home: Mapping[str, Value], trial: Trial, later: Sequence[Trial]
) -> Mapping[str, Json]:
    """The point that was measured in the end.

    A kept experiment may have been put on a newer incumbent first; it then stands in the bases of
    those that began ``later``, or is the present incumbent.
    """
    if trial.status != "keep" or not trial.replaced:
        return trial.params
    for other in later:
        base = base_of(other)
        if other.replaced and _holds(base, trial.params, trial.replaced):
            return base
    return {**trial.params, **home}


def _holds(base: Point, params: Point, said: Mapping[str, Json]) -> bool:
    return all(key in base and same(base[key], params.get(key)) for key in said)


def _known(axis: Axis, value: Json) -> Value | None:
    if not isinstance(value, (bool, int, float, str)) or axis.place(value) is None:
        return None
    return value
