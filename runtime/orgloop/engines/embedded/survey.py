"""What the evidence says about each tunable, and about the space as a whole."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from orgloop.engines.embedded.axes import Axis, Value, axis_of, same
from orgloop.engines.embedded.surface import Array, Surface, fit
from orgloop.engines.protocol import Evidence, Json, Trial
from orgloop.engines.tunables.model import Space
from orgloop.errors import EngineError
from orgloop.task import Task

_WINDOW = 20
"""Trials considered: this many of the best and as many of the latest."""
_TAIL = 4.0
"""Noise sds beyond which an effect counts by its logarithm: a run that blew up says "not there",
and not how much worse than a bad one it is."""
_CRASH = 10.0
"""Noise sds that a crash counts as losing."""


Signature = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One finished trial with a point in the present space, and its gain over the incumbent."""

    trial: Trial
    changes: Mapping[str, Value]
    """Where it differs from the incumbent, by key."""
    gain: float | None
    """None where it crashed."""


@dataclass(frozen=True)
class Survey:
    """The present space, what was tried in it, and the model fitted to that."""

    axes: tuple[Axis, ...]
    home: Mapping[str, Value]
    """The incumbent's own values, by key."""
    tried: Sequence[Tried]
    running: Sequence[Trial]
    taken: frozenset[Signature]
    """Points that were measured or are being measured, and the incumbent's own."""
    surface: Surface
    noise: float
    """Standard deviation of one measurement, measured or guessed; more than 0."""
    noise_known: bool

    def axis(self, key: str) -> Axis | None:
        """The axis of that key, or None."""
        return next((axis for axis in self.axes if axis.key == key), None)

    def point(self, changes: Mapping[str, Value]) -> Array:
        """The coordinates of the incumbent with ``changes``."""
        return _moved(self.axes, self.surface.home, changes)

    def is_taken(self, changes: Mapping[str, Value]) -> bool:
        """Whether this very point is the incumbent's, was measured or is being measured."""
        return signature(self.axes, {**self.home, **changes}) in self.taken

    def about(self, key: str) -> Sequence[Tried]:
        """Finished trials that changed this tunable against the incumbent."""
        return [one for one in self.tried if key in one.changes]


def survey(
    space: Space,
    task: Task,
    evidence: Evidence,
    *,
    avoid: Sequence[Mapping[str, Json]] = (),
) -> Survey:
    """Read the evidence; ``avoid`` are further points that are not to be proposed.

    The PI and the experimenter of a walk usually see the same evidence, so the latest readings are
    kept. Raises :class:`~orgloop.errors.EngineError` where there is nothing to tune.
    """
    key = (
        space.tunables,
        task.name,
        task.goal,
        evidence.incumbent_value,
        evidence.noise_sd,
        tuple(
            (trial.experiment, trial.status, trial.value, tuple(trial.params.items()))
            for trial in evidence.trials
        ),
    )
    try:
        view = _READ.get(key)
        hashable = True
    except TypeError:  # a value that is a list, from an engine of somebody's own
        view, hashable = None, False
    if view is None:
        view = _survey(space, task, evidence)
        if hashable:
            _READ.keep(key, view)
    extra = {
        signature(view.axes, params)
        for params in avoid
        if all(axis.key in params for axis in view.axes)
    }
    return replace(view, taken=view.taken | extra) if extra else view


class _Readings:
    """The latest few surveys, by what they were made from."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, Survey] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Survey | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: object, view: Survey) -> None:
        with self._lock:
            self._kept[key] = view
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_READ = _Readings(8)


def _survey(space: Space, task: Task, evidence: Evidence) -> Survey:
    axes = tuple(axis for axis in map(axis_of, space.tunables) if axis is not None)
    if not axes:
        raise EngineError(
            f"The embedded engines found nothing to tune in the editable files of `{task.name}`.",
            hint=(
                "Give the code constants such as `LEARNING_RATE = 1e-3` at module level, or name "
                "some under `tunables:` in task.md, or let a model write code: "
                "`orgloop run --model ...`."
            ),
        )
    home = {axis.key: axis.tunable.value for axis in axes}
    finished = [
        trial
        for trial in evidence.trials
        if (trial.value is not None or trial.status == "crash") and _in_space(axes, trial.params)
    ]
    tried = [
        Tried(trial, changes_of(axes, home, trial.params), _gain(task, evidence, trial))
        for trial in _window(finished, task)
    ]
    tried = [one for one in tried if one.gain is not None or one.trial.status == "crash"]
    running = [
        trial
        for trial in evidence.trials
        if trial.status == "running" and _in_space(axes, trial.params)
    ]
    noise, known = _noise(evidence, tried)
    apart = [one for one in tried if one.changes]
    at_home = np.array([axis.here for axis in axes])
    points = [at_home] + [_moved(axes, at_home, one.changes) for one in apart]
    gains = [0.0] + [_tempered(one.gain, noise) for one in apart]
    pending = [
        _moved(axes, at_home, changes)
        for changes in (changes_of(axes, home, trial.params) for trial in running)
        if changes
    ]
    return Survey(
        axes=axes,
        home=home,
        tried=tried,
        running=running,
        taken=frozenset(
            signature(axes, params)
            for params in (home, *(trial.params for trial in evidence.trials))
            if all(axis.key in params for axis in axes)
        ),
        surface=fit(
            axes,
            np.array(points),
            np.array(gains),
            np.array(pending).reshape(-1, len(axes)),
            noise=noise,
        ),
        noise=noise,
        noise_known=known,
    )


def signature(axes: Sequence[Axis], params: Mapping[str, Json]) -> Signature:
    """A point in a form that compares: equal settings give equal signatures."""
    return tuple(
        value
        if isinstance(value := params[axis.key], (int, float, str)) and not isinstance(value, bool)
        else repr(value)
        for axis in axes
    )


def changes_of(
    axes: Sequence[Axis], home: Mapping[str, Value], params: Mapping[str, Json]
) -> dict[str, Value]:
    """Where ``params`` differs from ``home``, over the keys and values that both spaces have."""
    return {
        axis.key: value
        for axis in axes
        if isinstance(value := params.get(axis.key), (bool, int, float, str))
        and not same(value, home[axis.key])
        and axis.place(value) is not None
    }


def _window(finished: Sequence[Trial], task: Task) -> Sequence[Trial]:
    """At most twice ``_WINDOW``: the best and the latest, in the order in which they came."""
    if len(finished) <= 2 * _WINDOW:
        return finished
    sign = 1.0 if task.goal == "minimize" else -1.0
    order = sorted(
        range(len(finished)),
        key=lambda at: math.inf if (value := finished[at].value) is None else sign * value,
    )
    chosen = {*order[:_WINDOW], *range(len(finished) - _WINDOW, len(finished))}
    return [finished[at] for at in sorted(chosen)]


def _moved(axes: Sequence[Axis], at_home: Array, changes: Mapping[str, Value]) -> Array:
    row = at_home.copy()
    for index, axis in enumerate(axes):
        value = changes.get(axis.tunable.key)
        if value is not None and (place := axis.place(value)) is not None:
            row[index] = place
    return row


def _in_space(axes: Sequence[Axis], params: Mapping[str, Json]) -> bool:
    """Whether a trial shares enough of the space to mean something here."""
    shared = sum(axis.key in params for axis in axes)
    return shared > 0 and 2 * shared >= len(axes)


def _gain(task: Task, evidence: Evidence, trial: Trial) -> float | None:
    if trial.value is None or evidence.incumbent_value is None or trial.status == "crash":
        return None
    gain = task.gain(trial.value, evidence.incumbent_value)
    return gain if math.isfinite(gain) else None


def _noise(evidence: Evidence, tried: Sequence[Tried]) -> tuple[float, bool]:
    """The noise to reckon with; where it is zero or not known, a share of the small effects."""
    seen = sorted(abs(one.gain) for one in tried if one.gain)
    guess = 0.3 * seen[len(seen) // 4] if seen else 0.003 * abs(evidence.incumbent_value or 1.0)
    if evidence.noise_sd is not None and evidence.noise_sd > 0:
        return max(evidence.noise_sd, 1e-3 * guess), True
    return max(guess, 1e-9), False


def _tempered(gain: float | None, noise: float) -> float:
    """A gain as the model takes it: what is past the tail counts by its logarithm."""
    gain = -_CRASH * noise if gain is None else gain
    tail = _TAIL * noise
    if abs(gain) <= tail:
        return gain
    return math.copysign(tail * (1 + math.log(abs(gain) / tail)), gain)
