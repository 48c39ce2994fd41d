"""Optuna's TPE, asked for one point of a small box around the incumbent.

The study lives in memory for one question and is rebuilt from the evidence each time: Optuna's
storages grow slower with the history, and the ledger is the one record. Trials in flight are told
as running, so that Optuna's constant liar keeps away from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from orgloop.engines.embedded.axes import Axis, Value
from orgloop.engines.protocol import Json, Trial
from orgloop.task import Goal

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_WINDOW = 14
"""Trials told to Optuna, the latest ones: telling costs as much as asking."""
_FEWEST = 4
"""Measured trials in the box below which TPE would only draw at random."""


def ask(
    axes: Sequence[Axis],
    reach: float,
    trials: Sequence[Trial],
    goal: Goal,
    seed: int,
) -> Mapping[str, Value] | None:
    """TPE's proposal for these axes, others left alone; None where it knows too little.

    ``reach`` is in steps; past trials outside of the box are taken to its edge.
    """
    boxes = {axis.key: _box(axis, reach) for axis in axes}
    told = [_told(boxes, axes, trial) for trial in trials[-_WINDOW:]]
    known = [
        (params, trial)
        for params, trial in zip(told, trials[-_WINDOW:], strict=True)
        if params is not None and (trial.value is not None or trial.status == "running")
    ]
    if sum(trial.value is not None for _, trial in known) < _FEWEST:
        return None
    import optuna

    _quiet()
    spaces = {axis.key: _distribution(boxes[axis.key]) for axis in axes}
    study = optuna.create_study(
        direction=goal,
        sampler=optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=0, multivariate=True, constant_liar=True
        ),
    )
    for params, trial in known:
        running = trial.value is None
        study.add_trial(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState.RUNNING
                if running
                else optuna.trial.TrialState.COMPLETE,
                value=trial.value,
                params=dict(params),
                distributions=spaces,
            )
        )
    drawn = study.ask(spaces).params
    return {axis.key: _value(axis, drawn[axis.key]) for axis in axes}


@lru_cache(maxsize=1)
def _quiet() -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)


Box = tuple[float, float] | int


def _box(axis: Axis, reach: float) -> Box:
    if not axis.ordered:
        return len(axis.tunable.choices or ())
    here = axis.here
    return round(max(0.0, here - reach), 6), round(min(axis.steps, here + reach), 6)


@lru_cache(maxsize=4096)
def _distribution(box: Box) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if isinstance(box, int):
        return CategoricalDistribution(tuple(range(box)))
    return FloatDistribution(*box)


def _told(
    boxes: Mapping[str, Box], axes: Sequence[Axis], trial: Trial
) -> Mapping[str, float | int] | None:
    params: dict[str, float | int] = {}
    for axis in axes:
        value: Json = trial.params.get(axis.key)
        place = axis.place(value)
        if place is None:
            return None
        box = boxes[axis.key]
        params[axis.key] = int(place) if isinstance(box, int) else min(box[1], max(box[0], place))
    return params


def _value(axis: Axis, drawn: float | int) -> Value:
    return axis.value_at(float(drawn))


def rehearse() -> None:
    """Ask once about nothing: Optuna loads parts of itself at the first question."""
    import optuna

    _quiet()
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=0)
    study = optuna.create_study(sampler=sampler)
    spaces: dict[str, BaseDistribution] = {"x": optuna.distributions.FloatDistribution(0.0, 1.0)}
    study.tell(study.ask(spaces), 0.0)
    study.ask(spaces)
