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
    """Candidates last measured on this incumbent and not kept, oldest first, each its samples.
    The last two hundred are enough."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision rests on. Values are the task's metric, unscaled."""

    goal: str
    """``minimize`` or ``maximize``."""
    candidate: Sequence[Sample]
    incumbent: Sequence[Sample]
    history: Sequence[Sequence[float]] = ()
    """The run's other commits, each its measured values: what noise is pooled from."""
    effects: Sequence[float] = ()
    """First measured gain of each earlier candidate over its incumbent; positive is better."""
    min_delta: float = 0.0
    remaining: int | None = None
    """Bench runs that the budget still allows, where it is known."""
    asked_again: bool = False
    """A role asked for one more measurement: the cap on measurements is one higher."""
    lineage: Sequence[Reign] = ()
    """The run's incumbents, oldest first; the last is ``incumbent``, with what it beat so far.
    Where it is given, it takes the place of ``incumbent``, ``history`` and ``effects`` in
    ``significant``; where it is not, the rule makes do with those three."""


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


class Referee(Protocol):
    """A rule of acceptance."""

    name: str

    def rule(self, case: Case) -> Ruling:
        """Decide; pure, and defined for any case with at least one value on each side."""
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
