"""Trials of several organizations on several tasks, on equal budgets and paired seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from orgloop.tune.comparison import Comparison, Results, compare
from orgloop.tune.contender import Contender, contender
from orgloop.tune.pool import Pool
from orgloop.tune.result import TrialResult
from orgloop.tune.tasks import TrialTask
from orgloop.tune.trial import VERIFY, Trial, finished_trial
from orgloop.tune.yardstick import above_zero, yardstick

UNIT = "optuna"
"""The organization whose progress is the unit where several tasks are averaged."""


@dataclass(frozen=True, slots=True)
class Tournament:
    """What is to be compared."""

    orgs: tuple[Contender, ...]
    tasks: tuple[TrialTask, ...]
    runs: int
    """Of each organization on each task, each from a seed of its own."""
    experiments: int
    """Budget of a run."""
    seed: int = 0
    """Of the comparison: it gives the seeds of the runs."""
    verify: int = VERIFY
    scaled: bool = False
    """Whether progress is in units of Optuna's alone: it then runs beside the others."""
    model: str | None = None
    """What thinks for all roles, where that is not each organization's to say."""

    @property
    def reference(self) -> Contender | None:
        """Optuna alone, where a real task's unit needs it and it is not among the organizations."""
        if not self.scaled or all(task.simulated for task in self.tasks):
            return None
        unit = contender(UNIT, Path())
        return None if unit.digest in {one.digest for one in self.orgs} else unit

    def trials(self) -> list[Trial]:
        """Every trial, run by run, so that what is there at any moment is about balanced."""
        extra = self.reference
        orgs = self.orgs if extra is None else (*self.orgs, extra)
        return [
            Trial(org, task, self.experiments, run_seed(self.seed, number), self.verify, self.model)
            for number in range(self.runs)
            for task in self.tasks
            for org in orgs
        ]


@dataclass(frozen=True, slots=True)
class Standings:
    """How far a tournament is."""

    done: int
    total: int
    latest: TrialResult


def run_seed(seed: int, number: int) -> int:
    """The seed of a comparison's ``number``-th run, the same for every organization and task."""
    digest = hashlib.sha256(f"orgloop compare {seed} {number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def place_of(trial: Trial, folder: Path) -> Path:
    """Where a trial lies below a comparison's folder."""
    return folder / trial.task.name / trial.org.digest[:8] / trial.key


def already_done(tournament: Tournament, folder: Path) -> int:
    """Trials that an earlier call has finished, and that are not repeated."""
    trials = tournament.trials()
    return sum(finished_trial(one, place_of(one, folder)) is not None for one in trials)


def play(
    tournament: Tournament,
    folder: Path,
    *,
    jobs: int | None = None,
    on_done: Callable[[Standings], None] = lambda _: None,
) -> Comparison | None:
    """Carry out what is missing of the tournament in ``folder``, and compare.

    ``jobs`` is how many simulated trials are carried out side by side; as many as there are CPUs
    if left out. Real ones take turns: they would share the bench. None where somebody stopped it;
    what has finished stays. Raises what :mod:`orgloop.errors` names.
    """
    trials = tournament.trials()
    units = {
        task.name: yardstick(task, tournament.experiments, folder)
        for task in tournament.tasks
        if tournament.scaled and task.simulated
    }
    found = run_trials(trials, folder, jobs=jobs, on_done=on_done)
    if found is None:
        return None
    results = gathered(found)
    return compare(
        results,
        {one.org.name: one.org.digest for one in trials},
        units=_units(tournament, results, units) if tournament.scaled else None,
        reference=None if tournament.reference is None else tournament.reference.name,
        seed=tournament.seed,
    )


def run_trials(
    trials: Sequence[Trial],
    folder: Path,
    *,
    jobs: int | None = None,
    on_done: Callable[[Standings], None] = lambda _: None,
    pool: Pool | None = None,
) -> list[TrialResult] | None:
    """The results of ``trials``, in their order; what an earlier call finished is not repeated.

    ``pool`` carries them out where there is one that stays. None where somebody stopped it.
    Raises the first error that ends a trial.
    """
    found: dict[int, TrialResult] = {}
    missing: list[tuple[int, Trial, Path]] = []
    for number, trial in enumerate(trials):
        place = place_of(trial, folder)
        known = finished_trial(trial, place)
        if known is not None:
            found[number] = known
        else:
            missing.append((number, trial, place))
    for number, result in (pool or Pool(jobs)).run(missing):
        if result is None:
            return None
        found[number] = result
        on_done(Standings(len(found), len(trials), result))
    return [found[number] for number in range(len(trials))]


def _units(
    tournament: Tournament, results: Results, known: Mapping[str, float]
) -> dict[str, float]:
    """What progress on each task is divided by: ``known``, or what Optuna's own trials made."""
    digest = contender(UNIT, Path()).digest
    names = {one.name for one in tournament.orgs if one.digest == digest}
    trials = results.get(next(iter(names), UNIT), {})
    return {
        task.name: known[task.name]
        if task.name in known
        else above_zero(fmean(one.progress for one in trials[task.name]), task.name)
        for task in tournament.tasks
    }


def gathered(results: Sequence[TrialResult]) -> Results:
    """Results by organization, then task, in the order in which they come."""
    found: dict[str, dict[str, list[TrialResult]]] = {}
    for one in results:
        found.setdefault(one.org, {}).setdefault(one.task, []).append(one)
    return found
