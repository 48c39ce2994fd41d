"""What a run's incumbents are worth, measured where nothing was chosen by it.

The value on which an incumbent was kept is biased: it was kept for being good on that day, and an
organization that measures once and believes it would look best of all. So each is measured again
on fresh seeds, beside the baseline, on the same seeds for every organization that is compared; or,
for a task that is simulated, looked up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.audit.judge import Judge
from orgloop.audit.measure import Block, Rounds
from orgloop.audit.plan import Arm
from orgloop.audit.station import AuditBench, open_bench
from orgloop.audit.stop import Stopper, interrupts
from orgloop.engines.tunables import discover
from orgloop.errors import BenchError
from orgloop.graph.suspend import Suspended
from orgloop.repo import LabRepo
from orgloop.tune.surface import Surface
from orgloop.tune.tasks import TrialTask

_AUDIT = 0
"""The number under which these measurements stand in the trial's ledger; audits begin at 1."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The incumbents of one run."""

    baseline: float
    """The metric."""
    gains: Mapping[str, float]
    """Over the baseline, by commit; positive is better. One that does not run counts as 0."""


def look_up(lab: Path, task: TrialTask, surface: Surface, commits: Sequence[str]) -> Verified:
    """What the surface says of ``commits``, of which the first is the baseline."""
    values: dict[str, float | None] = {}
    with LabRepo.open(lab) as repo:
        for commit in commits:
            files = repo.commit_files(commit, task.task.hidden)
            values[commit] = surface.truth(discover(files, task.task).values)
    baseline = values[commits[0]]
    if baseline is None:
        raise BenchError(f"The baseline of the simulated task `{task.name}` crashes.")
    return Verified(
        baseline,
        {
            commit: 0.0 if value is None else task.task.gain(value, baseline)
            for commit, value in values.items()
        },
    )


def measure_again(
    lab: Path, task: TrialTask, run: str, commits: Sequence[str], runs: int
) -> Verified | None:
    """Each of ``commits`` on ``runs`` fresh seeds; the first is the baseline.

    What an earlier call measured is not measured again. None where somebody stopped it.
    """
    bench = open_bench(lab, run, slots=None, executor=task.bench)
    return asyncio.run(_measure(bench, commits, runs))


async def _measure(bench: AuditBench, commits: Sequence[str], runs: int) -> Verified | None:
    station, stopper = bench.station, Stopper(bench)
    arms = [Arm(name=f"i{number}", commit=commit) for number, commit in enumerate(commits)]
    rounds = Rounds(station, _AUDIT, runs=runs, first_seed=0, on_done=lambda *_: None)
    try:
        with interrupts(stopper):
            polling = asyncio.create_task(stopper.poll())
            try:
                await bench.executor.warm(len(station.slots))
                await rounds.measure([Block(arms, station)])
            except Suspended:
                return None
            finally:
                polling.cancel()
    finally:
        await bench.close()
    judge = Judge(station.task, {arm.name: rounds.of(arm, holdout=False) for arm in arms})
    values = list(judge.values(arms[0].name).values())
    if not values:
        raise BenchError(
            f"The baseline of `{station.task.name}` did not run when it was measured again.",
            hint="Run it by hand: `orgloop doctor` does.",
        )
    found = {arm.commit: judge.compare(arm.name, arms[0].name).gain or 0.0 for arm in arms}
    return Verified(sum(values) / len(values), found)
