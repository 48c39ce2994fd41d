"""Optuna alone: its TPE over all constants at once, as a person would use it without Orgloop.

It is there to be compared with. It plans nothing, looks at no code, and has no idea of what a
constant is called; the incumbent is only one of the points that it was told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from orgloop.engines.embedded.axes import same, written
from orgloop.engines.protocol import Answer, Json, Outcome, Request
from orgloop.engines.tunables import Space, Tunable, Value, discover, splice
from orgloop.errors import EngineError
from orgloop.task import Goal

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

STARTUP = 4
"""Points drawn at random before the first that is modelled."""


class Alone:
    """Proposes the point that Optuna draws next, and writes it."""

    label = "embedded: optuna"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """An edit of the constants; raises EngineError where there is nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        space = discover(request.files, request.task)
        if not len(space):
            raise EngineError(
                "There is no constant to tune in the editable files.",
                hint="Name some under `tunables:` in task.md.",
            )
        home = discover(request.base, request.task).values
        target = draw(space, _known(home, request), request.task.goal, request.seed)
        changed = {
            key: value for key, value in target.items() if not same(space.values[key], value)
        }
        said = ", ".join(
            f"{tunable.name} {written(tunable.value)} -> {written(target[tunable.key])}"
            for tunable in space
            if tunable.key in changed
        )
        return Answer(
            note=f"{said}.\n\nDrawn by Optuna's TPE from the whole range of every constant.",
            outcome=Outcome.PASS,
            title=said,
            edits=dict(splice(request.files, space, target)),
            data={
                "params": dict(target),
                "replaced": {key: home[key] for key in changed if key in home},
            },
        )


Told = tuple[Mapping[str, Json], float | None]
"""A point with its value; None where that is not known yet."""


def _known(home: Mapping[str, Value], request: Request) -> list[Told]:
    """What was measured, and is being measured; the incumbent, where it is the baseline, first."""
    evidence = request.evidence
    told: list[Told] = [
        (trial.params, trial.value)
        for trial in evidence.trials
        if trial.value is not None or trial.status == "running"
    ]
    if evidence.incumbent_value is not None and all(dict(home) != dict(p) for p, _ in told):
        told.insert(0, (home, evidence.incumbent_value))
    return told


def draw(space: Space, told: Iterable[Told], goal: Goal, seed: int) -> dict[str, Value]:
    """The point that Optuna's TPE asks for next, of the whole space."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    spaces = {tunable.key: _distribution(tunable) for tunable in space}
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP, constant_liar=True)
    study = optuna.create_study(direction=goal, sampler=sampler)
    for params, value in told:
        if (trial := _told(space, params, value, spaces)) is not None:
            study.add_trial(trial)
    drawn = study.ask(spaces).params
    return {tunable.key: _value(tunable, drawn[tunable.key]) for tunable in space}


def _told(
    space: Space,
    params: Mapping[str, Json],
    value: float | None,
    spaces: dict[str, BaseDistribution],
) -> FrozenTrial | None:
    from optuna.trial import TrialState, create_trial

    places: dict[str, float | int] = {}
    for tunable in space:
        said = params.get(tunable.key)
        known = tunable.typed(said) if isinstance(said, (bool, int, float, str)) else None
        if known is None:
            return None  # of a commit that had other constants
        places[tunable.key] = (
            tunable.to_unit(known)
            if tunable.choices is None
            else next(at for at, choice in enumerate(tunable.choices) if same(choice, known))
        )
    return create_trial(
        state=TrialState.RUNNING if value is None else TrialState.COMPLETE,
        value=value,
        params=places,
        distributions=spaces,
    )


@lru_cache(maxsize=1024)
def _of_choices(count: int) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    return CategoricalDistribution(tuple(range(count))) if count else FloatDistribution(0.0, 1.0)


def _distribution(tunable: Tunable) -> BaseDistribution:
    return _of_choices(len(tunable.choices or ()))


def _value(tunable: Tunable, drawn: float | int) -> Value:
    if tunable.choices is not None:
        return tunable.choices[int(drawn)]
    return tunable.from_unit(float(drawn))
