"""What a referee is asked and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Call(StrEnum):
    """The referee's word on a candidate."""

    BETTER = "better"
    WORSE = "worse"
    AGAIN = "again"
    """Unclear: one more measurement is worth its price."""
    SPENT = "spent"
    """Unclear, and no further measurement is worth its price; not a keep."""
    SIMPLER = "simpler"
    """Shown to be equivalent, from less code: a keep, and no improvement."""

    @property
    def keeps(self) -> bool:
        """Whether the candidate may become the incumbent."""
        return self in (Call.BETTER, Call.SIMPLER)


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured value. ``seed`` pairs it with measurements of other commits."""

    seed: int
    value: float


@dataclass(frozen=True, slots=True)
class Reign:
    """One incumbent's time: its own measurements, and the candidates that it beat.

    What each discarded candidate measured says something about the incumbent too: after an
    incumbent that was kept by luck, everything looks worse than before.
    """

    samples: Sequence[Sample]
    refused: Sequence[Sequence[Sample]] = ()
    """Candidates last measured on this incumbent and not kept, oldest first, each its samples."""
    claimed: bool = True
    """It was kept as an improvement; not so one that was kept for its simplicity, or by a person
    against the referee. What is not claimed is no part of the account of false keeps."""


@dataclass(frozen=True, slots=True)
class Tie:
    """The candidate has less code than the incumbent, and the charter lets that decide."""

    conceded: float = 0.0
    """What earlier keeps of this kind may have cost in this run, in the metric's units."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision rests on. Values are the task's metric, unscaled."""

    goal: str
    """``minimize`` or ``maximize``."""
    candidate: Sequence[Sample]
    incumbent: Sequence[Sample]
    history: Sequence[Sequence[float]] = ()
    """The run's other commits, each its measured values: what ``welch`` pools noise from."""
    min_delta: float = 0.0
    remaining: int | None = None
    """Bench runs that the budget still allows, where it is known."""
    asked_again: bool = False
    """A role asked for one more measurement: the cap on measurements is one higher."""
    lineage: Sequence[Reign] = ()
    """The run's incumbents, oldest first; the last is ``incumbent``, with what it beat so far:
    what ``significant`` learns from. Left out: only ``incumbent``, which has beaten nothing."""
    tie: Tie | None = None
    """Given where an equivalent candidate may be kept for its simplicity."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A call, the numbers behind it, and a sentence that a person can check."""

    call: Call
    value: float
    """The candidate's value for the record, in the metric's units."""
    stderr: float | None
    """Standard error of ``value``; None where noise is not known (a deterministic task)."""
    gain: float
    """Estimated improvement over the incumbent; positive is better."""
    gain_stderr: float | None
    p_better: float | None
    """Probability, or one minus the p-value, that the gain exceeds ``min_delta``."""
    why: str
    conceded: float | None = None
    """What a keep for simplicity may cost, at most, in the metric's units."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The incumbent's value, in the metric's units, and its standard error."""

    value: float
    stderr: float


class Referee(Protocol):
    """A rule of acceptance."""

    name: str

    def rule(self, case: Case) -> Ruling:
        """Decide; pure, and defined for any case with at least one value on each side."""
        ...

    def standing(self, case: Case) -> Standing | None:
        """What the incumbent is worth, by all that the run has shown since it was kept.

        None where the rule does not revise what is on record, or cannot. ``case.candidate`` is
        not looked at, and may be empty.
        """
        ...


def oriented(value: float, goal: str) -> float:
    """``value`` with its sign turned where lower is better, so that more is always better."""
    return -value if goal == "minimize" else value


def noise_sd(groups: Sequence[Sequence[float]]) -> tuple[float | None, int]:
    """Pooled standard deviation over groups, and its degrees of freedom.

    The square root of the within-group sum of squares over ``sum(n_i - 1)``; None without a
    group of two or more. Zero means that every repeat gave an identical number.
    """
    squares, freedom = 0.0, 0
    for group in groups:
        if len(group) > 1:
            mean = sum(group) / len(group)
            squares += sum((value - mean) ** 2 for value in group)
            freedom += len(group) - 1
    return ((squares / freedom) ** 0.5 if freedom else None), freedom
