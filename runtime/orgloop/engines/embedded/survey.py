"""What the evidence says about each tunable, and about the space as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from orgloop.engines.embedded.axes import Axis, Value, axis_of, same
from orgloop.engines.embedded.fitting import fitted
from orgloop.engines.embedded.gains import gain_of, noise_in, window
from orgloop.engines.embedded.lineage import base_of, measured_at, origin_of, start_of
from orgloop.engines.embedded.places import (
    Signature,
    changes_of,
    in_space,
    moved,
    sign_at_home,
    signature,
)
from orgloop.engines.embedded.readings import Readings
from orgloop.engines.embedded.surface import Array, Surface
from orgloop.engines.protocol import Evidence, Json, Trial
from orgloop.engines.tunables.model import Space
from orgloop.errors import EngineError
from orgloop.task import Task


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial with a point in the present space."""

    trial: Trial
    changes: Mapping[str, Value]
    """Where the point that was measured differs from the incumbent, by key."""
    gain: float | None
    """Over the present incumbent; None where it crashed or still runs."""
    own: Mapping[str, Value] = field(default_factory=dict)
    """What the experiment itself set."""
    was: Mapping[str, Value] = field(default_factory=dict)
    """What that replaced."""
    effect: float | None = None
    """Its gain over the incumbent that it began on, as far as that one's value is known."""


@dataclass(frozen=True)
class Survey:
    """The present space, what was tried in it, and the model fitted to that."""

    axes: tuple[Axis, ...]
    home: Mapping[str, Value]
    """The incumbent's own values, by key."""
    tried: Sequence[Tried]
    running: Sequence[Tried]
    taken: frozenset[Signature]
    """Points that were measured or are being measured, and the incumbent's own."""
    surface: Surface
    noise: float
    """Standard deviation of one measurement, measured or guessed; more than 0."""
    noise_known: bool

    def axis(self, key: str) -> Axis | None:
        """The axis of that key, or None."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> Mapping[str, Axis]:
        return {axis.key: axis for axis in self.axes}

    @cached_property
    def _about(self) -> Mapping[str, Sequence[Tried]]:
        return {axis.key: [one for one in self.tried if axis.key in one.own] for axis in self.axes}

    def point(self, changes: Mapping[str, Value]) -> Array:
        """The coordinates of the incumbent with ``changes``."""
        return moved(self.axes, self.surface.home, changes)

    def is_taken(self, changes: Mapping[str, Value]) -> bool:
        """Whether this very point is the incumbent's, was measured or is being measured."""
        return signature(self.axes, {**self.home, **changes}) in self.taken

    def about(self, key: str) -> Sequence[Tried]:
        """Finished trials that changed this tunable themselves."""
        return self._about.get(key, ())

    @cached_property
    def kept(self) -> Mapping[str, Tried]:
        """The latest kept experiment that gave a tunable its present value, by key."""
        found: dict[str, Tried] = {}
        for one in self.tried:
            if one.trial.status == "keep":
                own = one.own.items()
                found.update((key, one) for key, value in own if same(value, self.home[key]))
        return found


_READ: Readings[Survey] = Readings(8)


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
    key: object = (
        space.tunables,
        task.name,
        task.goal,
        task.limits,
        evidence.incumbent_value,
        evidence.baseline_value,
        evidence.noise_sd,
        tuple(
            (trial.experiment, trial.status, trial.value, _key(trial)) for trial in evidence.trials
        ),
    )
    try:
        view = _READ.get(key)
    except TypeError:  # a value that is a list, from an engine of somebody's own
        view, key = None, None
    if view is None:
        view = _survey(space, task, evidence)
        if key is not None:
            _READ.keep(key, view)
    extra = {
        signature(view.axes, params)
        for params in avoid
        if all(axis.key in params for axis in view.axes)
    }
    return replace(view, taken=view.taken | extra) if extra else view


def _key(trial: Trial) -> object:
    return tuple(trial.params.values()), tuple(trial.replaced.items())


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
    known = [trial for trial in evidence.trials if in_space(axes, trial.params)]
    start = start_of(axes, home, known)
    values = {signature(axes, start): evidence.baseline_value}
    points = {
        trial.experiment: measured_at(home, trial, known[at + 1 :])
        for at, trial in enumerate(known)
        if trial.status == "keep"
    }
    for trial in known:
        if trial.experiment in points:
            values[sign_at_home(axes, home, points[trial.experiment])] = trial.value
    values[signature(axes, home)] = evidence.incumbent_value

    def read(trial: Trial) -> Tried:
        origin = origin_of(axes, home, trial)
        base = evidence.incumbent_value
        if len(values) > 1:
            base = values.get(sign_at_home(axes, home, base_of(trial)), base)
        return Tried(
            trial,
            changes_of(axes, home, points.get(trial.experiment, trial.params)),
            gain_of(task, trial, evidence.incumbent_value),
            origin.own,
            origin.was,
            gain_of(task, trial, base),
        )

    done = [trial for trial in known if trial.value is not None or trial.status == "crash"]
    tried = [read(trial) for trial in window(done, task)]
    tried = [one for one in tried if one.gain is not None or one.trial.status == "crash"]
    running = [read(trial) for trial in known if trial.status == "running"]
    noise, noise_known = noise_in(evidence, [one.gain for one in tried])
    return Survey(
        axes=axes,
        home=home,
        tried=tried,
        running=running,
        taken=frozenset(
            signature(axes, params)
            for params in (home, start, *points.values(), *(trial.params for trial in known))
            if all(axis.key in params for axis in axes)
        ),
        surface=fitted(
            axes,
            home,
            start,
            task,
            evidence,
            [(one.changes, one.gain) for one in tried if one.changes],
            [one.changes for one in running if one.changes],
            noise,
        ),
        noise=noise,
        noise_known=noise_known,
    )
