"""What a run has to be audited: the line of its kept commits, and what it nearly kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from orgloop.ledger import BASELINE, ExperimentRow, Ledger

NEAR = 0.5
"""The least probability of being better with which a discarded experiment was a near miss."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept experiment: the step from one incumbent to the next."""

    experiment: str
    title: str
    base: str
    """The incumbent before it, which its commit stands on."""
    commit: str
    claimed: float | None
    claimed_stderr: float | None
    overruled: bool
    """Kept by a person against the referee: nothing is claimed for it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The baseline and what was kept on it, in order."""

    baseline: str
    kept: tuple[Kept, ...]

    @property
    def best(self) -> str:
        """The head of the run's branch."""
        return self.kept[-1].commit if self.kept else self.baseline


def stack_of(ledger: Ledger, run: str) -> Stack | None:
    """The run's stack as it stands; None before its baseline is measured."""
    rows = ledger.incumbents.all(run)
    if not rows:
        return None
    kept = []
    for before, row in pairwise(rows):
        found = ledger.experiments.get(run, row.experiment)
        assert row.experiment != BASELINE and found is not None, "an incumbent is an experiment"
        kept.append(
            Kept(
                experiment=row.experiment,
                title=found.title or row.experiment,
                base=before.commit,
                commit=row.commit,
                claimed=None if found.overruled else found.gain,
                claimed_stderr=None if found.overruled else _number(found, "gain_stderr"),
                overruled=found.overruled,
            )
        )
    return Stack(rows[0].commit, tuple(kept))


def near_misses(ledger: Ledger, run: str) -> list[ExperimentRow]:
    """Discarded experiments that may have been better, the likeliest first.

    One whose referee says no probability (greedy, or a task without noise) counts if it measured
    better.
    """
    found = [
        row
        for row in ledger.experiments.finished(run)
        if row.status == "discard"
        and row.commit is not None
        and row.gain is not None
        and row.gain > 0
        and (_number(row, "p_better") is None or (_number(row, "p_better") or 0.0) >= NEAR)
    ]
    return sorted(found, key=lambda row: (-(_number(row, "p_better") or 0.0), -(row.gain or 0.0)))


def _number(row: ExperimentRow, key: str) -> float | None:
    found = row.verdict.get(key)
    return float(found) if isinstance(found, (int, float)) else None
