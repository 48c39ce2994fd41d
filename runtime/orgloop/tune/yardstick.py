"""Optuna alone on a simulated task, without a lab around it: the unit of progress there.

Progress on different tasks is in different metrics and of different sizes. Divided by what plain
Optuna makes of the task on the same budget it can be averaged.
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean, stdev

from orgloop.engines.embedded.alone import Told, draw
from orgloop.engines.tunables import Space, discover
from orgloop.errors import OrgloopError
from orgloop.task import Goal
from orgloop.tune.simulated import CheckedOut
from orgloop.tune.surface import Surface
from orgloop.tune.tasks import TrialTask

RUNS = 32
"""Runs of Optuna that the unit is a mean of, each from a seed of its own."""


def optuna_alone(task: TrialTask, experiments: int, seed: int) -> tuple[float, ...]:
    """True gain over the baseline of what stood after each experiment, in the task's metric.

    Each point is measured once, and the best value so far stands. ``task`` must be simulated.
    """
    assert task.surface is not None, "a simulated task"
    space = discover(CheckedOut(task.root, task.task), task.task)
    return _gains(task.surface, space, task.task.goal, experiments, seed)


def _gains(
    surface: Surface, space: Space, goal: Goal, experiments: int, seed: int
) -> tuple[float, ...]:
    sign = -1.0 if goal == "minimize" else 1.0
    home = space.values
    start, first = surface.truth(home), surface.measure(home, seed).value
    if start is None or first is None:
        raise OrgloopError("The baseline of this simulated task crashes.")
    told: list[Told] = [(home, first)]
    best, stands, gains = first, start, []
    for number in range(experiments):
        point = draw(space, told, goal, seed + number)
        reading = surface.measure(point, seed + 1 + number)
        if reading.value is not None:
            told.append((point, reading.value))
            if sign * (reading.value - best) > 0:
                truth = surface.truth(point)
                best, stands = reading.value, start if truth is None else truth
        gains.append(sign * (stands - start))
    return tuple(gains)


def yardstick(task: TrialTask, experiments: int, folder: Path | None = None) -> float:
    """The mean progress of Optuna alone on a simulated task, in the task's metric.

    ``folder`` keeps it for the next call, which takes no time then. Raises OrgloopError where
    Optuna makes no progress that stands out.
    """
    kept = None if folder is None else folder / task.name / f"unit-{task.version}-{experiments}"
    if kept is not None and kept.is_file():
        return float(kept.read_text(encoding="utf-8"))
    runs = [fmean(optuna_alone(task, experiments, 1_000 * run)) for run in range(RUNS)]
    unit = above_zero(fmean(runs), task.name, error=stdev(runs) / RUNS**0.5)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".part")
        draft.write_text(repr(unit), encoding="utf-8")
        draft.rename(kept)
    return unit


def above_zero(unit: float, task: str, *, error: float = 0.0) -> float:
    """``unit``; raises OrgloopError where it is none, or is lost in its standard error."""
    if unit <= 2 * error:
        raise OrgloopError(
            f"Optuna alone makes no progress on `{task}` in so few experiments, so nothing can be "
            "held against it there.",
            hint="Give more --experiments, or compare on one task at a time.",
        )
    return unit
