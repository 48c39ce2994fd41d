"""The state of a run at a glance, for whoever shows it: live display, summary, TUI."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger.claims import Claim, Claims
from orgloop.ledger.database import Database
from orgloop.ledger.experiments import Experiments
from orgloop.ledger.generations import Generations
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.people_rows import QuestionRow
from orgloop.ledger.problems import OpenProblems
from orgloop.ledger.questions import Questions
from orgloop.ledger.rows import CountsRow, ExperimentRow, IncumbentRow, ProblemRow, RunRow
from orgloop.ledger.runs import Runs


@dataclass(frozen=True, slots=True)
class Standing:
    """An experiment in flight and where it stands."""

    experiment: ExperimentRow
    node: str
    """Empty between two nodes."""
    since: float
    """Unix time at which it came there."""
    visit: int = 1
    measuring: int = 0
    """Its measurements that a bench slot runs now."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Everything that a display of a run needs; bounded, and read in well under a millisecond."""

    run: RunRow
    baseline: IncumbentRow | None
    best: IncumbentRow | None
    """The best that is claimed: the incumbent, or the one below what a person kept against the
    referee; the baseline itself until something is kept."""
    counts: CountsRow
    generation: int | None
    running: tuple[Standing, ...]
    """In the order in which they were begun."""
    recent: tuple[ExperimentRow, ...]
    """The latest to finish, newest first."""
    problems: tuple[ProblemRow, ...]
    bench_busy_s: float
    """Slot-seconds of measuring, what is being measured now included."""
    measuring: int
    """Bench slots that are busy now."""
    at: float
    """Unix time of this view."""
    questions: tuple[QuestionRow, ...] = ()
    """What waits for a person; what stands in line comes last."""
    claim: Claim | None = None
    """What is claimed of :attr:`best`."""

    @property
    def gain(self) -> float | None:
        """Improvement of best over baseline, positive for better; None before the baseline."""
        if self.best is None or self.baseline is None:
            return None
        worse_is_less = self.run.task.get("goal") == "maximize"
        left_out = self.claim.left_out if self.claim is not None else 0.0
        difference = self.best.value - left_out - self.baseline.value
        return difference if worse_is_less else -difference


class Views:
    """Reads that put several tables together."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        experiments: Experiments,
        incumbents: Incumbents,
        claims: Claims,
        generations: Generations,
        problems: OpenProblems,
        questions: Questions,
    ) -> None:
        self._database = database
        self._runs = runs
        self._experiments = experiments
        self._incumbents = incumbents
        self._claims = claims
        self._generations = generations
        self._problems = problems
        self._questions = questions

    def status(self, run: str, recent: int = 10) -> RunStatus | None:
        """The run's state now; None where there is no such run."""
        row = self._runs.get(run)
        if row is None:
            return None
        now = self._database.clock()
        counts = self._runs.counts(run)
        claim = self._claims.of(run)
        measuring = self._measuring(run)
        generation = self._generations.latest(run)
        busy = sum(max(0.0, now - started) for starts in measuring.values() for started in starts)
        return RunStatus(
            run=row,
            baseline=self._incumbents.baseline(run),
            best=claim.best if claim is not None else None,
            counts=counts,
            generation=generation.number if generation else None,
            running=tuple(
                self._standing(experiment, len(measuring.get(experiment.id, ())))
                for experiment in self._experiments.running(run)
            ),
            recent=tuple(self._experiments.recent(run, recent)),
            problems=tuple(self._problems.open(run)),
            bench_busy_s=counts.bench_busy_s + busy,
            measuring=sum(len(starts) for starts in measuring.values()),
            at=now,
            questions=tuple(self._questions.waiting(run)),
            claim=claim,
        )

    def _measuring(self, run: str) -> dict[str, list[float]]:
        found = self._database.rows(
            "SELECT experiment, started FROM measurements WHERE run = ? AND status = 'running'",
            (run,),
        )
        starts: dict[str, list[float]] = {}
        for experiment, started in found:
            starts.setdefault(experiment, []).append(started)
        return starts

    def _standing(self, experiment: ExperimentRow, measuring: int) -> Standing:
        step = self._database.row(
            "SELECT node, visit, started, finished FROM steps WHERE run = ? AND experiment = ? "
            "ORDER BY rowid DESC LIMIT 1",
            (experiment.run, experiment.id),
        )
        if step is None:
            return Standing(experiment, "", experiment.created, measuring=measuring)
        node, visit, started, finished = step
        if finished is not None:
            return Standing(experiment, "", finished, visit, measuring)
        return Standing(experiment, node, started, visit, measuring)
