"""An organization before and after an edit, on a bench that replays what a run has recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from orgloop.errors import UserError
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.org.files import filled_in
from orgloop.repo import LabRepo
from orgloop.tune.comparison import Comparison
from orgloop.tune.contender import BASELINE, OWN, Contender, apart, contender
from orgloop.tune.recorded import FittedSurface
from orgloop.tune.rehearsal.recording import Recording, record
from orgloop.tune.rehearsal.stage import stage
from orgloop.tune.tasks import task_from
from orgloop.tune.tournament import Standings, Tournament, play

EXPERIMENTS = 24
RUNS = 10


class Rehearsed(BaseModel):
    """What a rehearsal came to, as `rehearse --json` prints it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    """The recorded one."""
    settings: int
    """Settings of the constants that it measured."""
    other_code: int
    """Experiments that are left out, since they changed more than constants."""
    error: float
    """Root mean square error of foretelling a setting's value from all others."""
    spread: float
    """Standard deviation of the values: what knowing nothing would err by."""
    comparison: Comparison

    @property
    def blind(self) -> bool:
        """Whether the replayed bench knows hardly more than the mean of what was recorded."""
        return self.error > 0.9 * self.spread


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is to be rehearsed."""

    recording: Recording
    surface: FittedSurface
    """Fitted to it."""
    tournament: Tournament
    folder: Path

    def carry_out(
        self, *, jobs: int | None = None, on_done: Callable[[Standings], None] = lambda _: None
    ) -> Rehearsed | None:
        """The result; None where somebody stopped it. Trials that have finished are kept."""
        found = play(self.tournament, self.folder, jobs=jobs, on_done=on_done)
        if found is None:
            return None
        error, spread = self.surface.errors()
        return Rehearsed(
            run=self.recording.run,
            settings=len(self.recording.rows),
            other_code=self.recording.other_code,
            error=error,
            spread=spread,
            comparison=found,
        )


def prepare(
    lab: Path,
    run: RunRow,
    folder: Path,
    *,
    org: str = OWN,
    experiments: int = EXPERIMENTS,
    runs: int = RUNS,
    seed: int = 0,
    model: str = "embedded",
) -> Rehearsal:
    """The organization that ``run`` ended under, the one called ``org``, and `solo`, on its record.

    Raises UserError where there is too little to replay, and ProblemsFound for files that do not
    check.
    """
    with Ledger.read_only(ledger_path(lab)) as ledger, LabRepo.open(lab) as repo:
        task = task_from(repo.read(run.baseline_commit, "task.md"))  # as the run has it
        recording = record(ledger, repo, run, task)
        standing = ledger.generations.standing(run.id)
        if standing is None:
            raise UserError(
                f"{run.id} has no organization on record.", hint="Name another run with --run."
            )
        place = folder / f"{run.id}-{recording.digest}"
        surface = recording.surface()
        played = stage(surface, repo, run.baseline_commit, task, place)
        before = Contender(run.id, filled_in(repo.read_generation(standing.commit)))
    orgs = apart((before, contender(org, lab), contender(BASELINE, Path("/"))))
    for one in orgs:
        one.check(task)
    tournament = Tournament(
        orgs=orgs, tasks=(played,), runs=runs, experiments=experiments, seed=seed, model=model
    )
    return Rehearsal(recording, surface, tournament, place)
