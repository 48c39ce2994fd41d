"""The line of a run's incumbents over its experiments, from the run's own ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from orgloop.ledger import BASELINE, Ledger
from orgloop.tune.result import CurvePoint


@dataclass(frozen=True, slots=True)
class Passage:
    """What stood when an experiment had finished."""

    incumbent: str
    """The commit."""
    bench_s: float
    usd: float


@dataclass(frozen=True, slots=True)
class Course:
    """A whole run, experiment by experiment, in the order in which they finished."""

    baseline: str
    passages: tuple[Passage, ...]

    @property
    def incumbents(self) -> tuple[str, ...]:
        """Every commit that was the best for a while, in order, the baseline first."""
        commits = [self.baseline, *(one.incumbent for one in self.passages)]
        return tuple(dict.fromkeys(commits))


def course_of(ledger: Ledger, run: str) -> Course:
    """How the run went. It must have a baseline."""
    moved = {row.experiment: row.commit for row in ledger.incumbents.all(run)}
    baseline = moved[BASELINE]
    spent = sum(row.wall_s or 0.0 for row in ledger.measurements.of(run, BASELINE))
    incumbent, usd, passages = baseline, 0.0, []
    for row in ledger.experiments.finished(run):
        spent += sum(one.wall_s or 0.0 for one in ledger.measurements.of(run, row.id))
        usd += row.cost_usd
        if not row.overruled:  # a person's keep is no doing of the organization
            incumbent = moved.get(row.id, incumbent)
        passages.append(Passage(incumbent, spent, usd))
    return Course(baseline, tuple(passages))


def curve_of(course: Course, gains: Mapping[str, float], budget: int) -> tuple[CurvePoint, ...]:
    """A point for each experiment of the budget; ``gains`` over the baseline, by commit.

    What a run that ended early had reached counts for the rest of its budget, too.
    """
    points = [
        CurvePoint(experiments=number, gain=gains[at.incumbent], bench_s=at.bench_s, usd=at.usd)
        for number, at in enumerate(course.passages[:budget], 1)
    ]
    last = points[-1] if points else CurvePoint(experiments=0, gain=0.0, bench_s=0.0, usd=0.0)
    rest = range(len(points) + 1, budget + 1)
    return (*points, *(last.model_copy(update={"experiments": number}) for number in rest))


def progress_of(curve: Sequence[CurvePoint]) -> float:
    """The mean gain over the budget: what is found early counts for longer."""
    return fmean(point.gain for point in curve) if curve else 0.0
