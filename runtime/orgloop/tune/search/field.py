"""Where organizations are tried during a search: on the tuning tasks, in units of Optuna."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.engines.organization import OrgRecord
from orgloop.tune.contender import Contender
from orgloop.tune.pool import Pool
from orgloop.tune.record import merged, read_record
from orgloop.tune.search.budget import SearchBudget
from orgloop.tune.tasks import TrialTask
from orgloop.tune.tournament import Standings, place_of, run_seed, run_trials
from orgloop.tune.trial import Trial
from orgloop.tune.yardstick import yardstick

Scores = Mapping[str, list[list[float]]]
"""By an organization's digest: progress in units of Optuna's, by task, in the order of seeds."""


@dataclass(frozen=True, slots=True)
class Field:
    """The tasks, the budget of each trial, and the folder that remembers them all."""

    tasks: tuple[TrialTask, ...]
    experiments: int
    seed: int
    folder: Path
    pool: Pool
    budget: SearchBudget
    on_done: Callable[[Standings], None]

    def cost(self, orgs: int, seeds: int) -> int:
        """Trials that :meth:`play` would take."""
        return orgs * seeds * len(self.tasks)

    def play(self, orgs: Sequence[Contender], seeds: Sequence[int]) -> Scores | None:
        """Each organization on each task from each seed; None where somebody stopped it.

        Seeds are numbers of this search's own sequence. Nothing that has finished is repeated.
        """
        trials = [
            self._trial(org, task, number)
            for number in seeds
            for task in self.tasks
            for org in orgs
        ]
        found = run_trials(trials, self.folder, on_done=self.on_done, pool=self.pool)
        if found is None:
            return None
        self.budget.spent += len(trials)
        units = [yardstick(task, self.experiments, self.folder) for task in self.tasks]
        scores: dict[str, list[list[float]]] = {
            org.digest: [[] for _ in self.tasks] for org in orgs
        }
        names = [task.name for task in self.tasks]
        for trial, result in zip(trials, found, strict=True):
            at = names.index(trial.task.name)
            scores[trial.org.digest][at].append(result.progress / units[at])
        return scores

    def record(self, org: Contender, seeds: Sequence[int]) -> OrgRecord:
        """What the record of its trials from these seeds says; they must have been played."""
        places = [
            place_of(self._trial(org, task, number), self.folder)
            for number in seeds
            for task in self.tasks
        ]
        return merged(record for place in places if (record := read_record(place)) is not None)

    def _trial(self, org: Contender, task: TrialTask, number: int) -> Trial:
        return Trial(org, task, self.experiments, run_seed(self.seed, number))


def gaps(scores: Scores, one: Contender, other: Contender) -> list[list[float]]:
    """How far ``one`` was ahead of ``other``, pair by pair, by task."""
    return [
        [a - b for a, b in zip(mine, theirs, strict=True)]
        for mine, theirs in zip(scores[one.digest], scores[other.digest], strict=True)
    ]
