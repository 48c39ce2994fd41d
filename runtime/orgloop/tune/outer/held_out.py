"""What a tuning is worth, on tasks that nothing was tuned on: played once, when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.tune.comparison import scaled
from orgloop.tune.contender import BASELINE, Contender, apart, contender
from orgloop.tune.outer.report import HeldOut
from orgloop.tune.pool import Pool
from orgloop.tune.statistics import Interval, duel, ratio
from orgloop.tune.tasks import TrialTask
from orgloop.tune.tournament import Standings, Tournament, gathered, play, run_trials

APART = 500_000_003
"""Added to the search's seed: the runs of a verdict begin from seeds that no round uses."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is played at the end: before, after, and `solo`."""

    start: Contender
    tuned: Contender
    tasks: tuple[TrialTask, ...]
    runs: int
    experiments: int
    seed: int

    @property
    def tournament(self) -> Tournament:
        """Its trials; an organization that is there under two names plays once."""
        return Tournament(
            apart((self.start, self.tuned, contender(BASELINE, Path("/")))),
            self.tasks,
            runs=self.runs,
            experiments=self.experiments,
            seed=self.seed + APART,
            scaled=any(task.simulated for task in self.tasks),
        )


def held_out(
    verdict: Verdict,
    folder: Path,
    pool: Pool,
    on_done: Callable[[Standings], None] = lambda _: None,
) -> HeldOut | None:
    """Before against after on the verdict's tasks; None where somebody stopped it."""
    tournament = verdict.tournament
    found = run_trials(tournament.trials(), folder, on_done=on_done, pool=pool)
    if found is None:
        return None
    compared = play(tournament, folder)
    assert compared is not None, "every trial has finished"
    start, tuned = (_name(one, tournament) for one in (verdict.start, verdict.tuned))
    if start == tuned:
        same = Interval(mean=1.0, low=1.0, high=1.0)
        return HeldOut(comparison=compared, start=start, tuned=tuned, ratio=same, duel=None)
    units = {line.task: line.unit for line in compared.tasks}
    results = gathered(found)
    before, after = (scaled(results[name], units, lambda one: one.progress)
                     for name in (start, tuned))  # fmt: skip
    return HeldOut(
        comparison=compared,
        start=start,
        tuned=tuned,
        ratio=ratio(after, before) or Interval(mean=0.0),
        duel=duel(tuned, start, after, before),
    )


def _name(one: Contender, tournament: Tournament) -> str:
    return next(org.name for org in tournament.orgs if org.digest == one.digest)
