"""What a run has measured, as points of its search space: what a rehearsal's bench is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from orgloop.engines.protocol import SourceFiles
from orgloop.engines.tunables import Space, discover, is_editable, splice
from orgloop.errors import EngineError, UserError
from orgloop.ledger import BASELINE, ExperimentRow, Ledger, RunRow
from orgloop.repo import LabRepo
from orgloop.task import Task
from orgloop.tune.recorded import FittedSurface, Recorded
from orgloop.tune.surface import Point

FEWEST = 8
"""Settings that must have been measured: with less there is nothing to fit."""
MOST = 200
"""Settings that are used, the latest: fitting takes time that grows with their cube."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The measured settings of one run."""

    run: str
    space: Space
    """The constants that can be tuned, as the baseline has them."""
    rows: tuple[Recorded, ...]
    noise_sd: float
    """Of one measurement; 0 for a deterministic task."""
    other_code: int
    """Experiments that are left out, since they changed more than constants."""

    @property
    def digest(self) -> str:
        """What it holds, in 12 digits."""
        said = repr([(sorted(row.point.items()), row.value) for row in self.rows])
        return hashlib.sha256(f"{self.run} {self.noise_sd} {said}".encode()).hexdigest()[:12]

    def surface(self) -> FittedSurface:
        """What answers in place of the bench."""
        return FittedSurface(self.space, self.rows, self.noise_sd)


def record(ledger: Ledger, repo: LabRepo, run: RunRow, task: Task) -> Recording:
    """The recording of ``run``; raises UserError where there is too little to replay."""
    base = repo.commit_files(run.baseline_commit, task.hidden)
    space = discover(base, task)
    if not space.tunables:
        raise UserError(
            "A rehearsal replays constants, and this task's files have none that can be tuned.",
            hint="`tunables:` in task.md names some.",
        )
    counts = ledger.runs.counts(run.id)
    values, seconds = ledger.measurements.all_values(run.id), _seconds(ledger, run.id)
    first = values.get(BASELINE)
    rows = [Recorded(space.values, fmean(first), seconds)] if first else []
    other = 0
    finished = [row for row in ledger.experiments.finished(run.id) if row.commit is not None]
    for row in sorted(finished, key=lambda one: one.number)[-MOST:]:
        point = _point(repo, row, task, base, space)
        if point is None:
            other += 1
            continue
        if found := values.get(row.id):
            rows.append(Recorded(point, fmean(found), seconds))
        elif row.status == "crash":
            rows.append(Recorded(point, None, seconds))
    measured = sum(row.value is not None for row in rows)
    if measured < FEWEST:
        raise UserError(
            _too_few(run.id, measured, other), hint="Let it run longer, or name another with --run."
        )
    return Recording(run.id, space, tuple(rows), counts.noise_sd or 0.0, other)


def _point(
    repo: LabRepo, row: ExperimentRow, task: Task, base: SourceFiles, space: Space
) -> Point | None:
    """The constants of an experiment's commit; None where it changed anything else."""
    assert row.commit is not None, "those without a commit were left out"
    files = repo.commit_files(row.commit, task.hidden)
    found = discover(files, task)
    if found.values.keys() != space.values.keys():
        return None
    try:
        put_back = splice(files, found, space.values)
    except EngineError:
        return None
    editable = _editable(base, task)
    if editable != _editable(files, task):
        return None
    same = all(put_back.get(path, files.read(path)) == base.read(path) for path in editable)
    return found.values if same else None


def _editable(files: SourceFiles, task: Task) -> Sequence[str]:
    return [path for path in files.paths() if is_editable(path, task.editable)]


def _seconds(ledger: Ledger, run: str) -> float:
    walls = [row.wall_s for row in ledger.measurements.of(run, BASELINE) if row.status == "ok"]
    return fmean(walls) if walls else 1.0


def _too_few(run: str, measured: int, other: int) -> str:
    what = "1 setting" if measured == 1 else f"{measured} settings"
    text = f"{run} has measured {what} of its constants, and a rehearsal needs {FEWEST}"
    if not other:
        return f"{text}."
    changed = "1 experiment" if other == 1 else f"{other} experiments"
    return f"{text}; {changed} changed other code, of which nothing can be foretold."
