"""What a run may claim to have reached: what persons kept against the referee is left out.

The best that is claimed is the latest incumbent that the referee supported. Where it stands on top
of a person's keep, what that keep moved the value by (for better or worse) is no part of the gain.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass

from orgloop.ledger.experiments import Experiments
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.rows import IncumbentRow


@dataclass(frozen=True, slots=True)
class Claim:
    """The best commit that is claimed, and what of its value is not."""

    best: IncumbentRow
    """The latest incumbent that no person kept against the referee; the baseline at least."""
    left_out: float = 0.0
    """What persons' keeps under it moved the value by, in the metric's units and direction."""
    left_out_variance: float | None = 0.0
    """Variance of that; None where the noise of one of the values is not known."""

    @property
    def value(self) -> float:
        """The best value, with what is not claimed taken out."""
        return self.best.value - self.left_out

    @property
    def stderr(self) -> float | None:
        """Standard error of :attr:`value`; None where noise is not known.

        As if the values on both sides of a person's keep were independent, which is the larger.
        """
        if self.best.stderr is None or self.left_out_variance is None:
            return None
        return float((self.best.stderr**2 + self.left_out_variance) ** 0.5)


def claim_of(line: Sequence[IncumbentRow], overruled: Container[str]) -> Claim:
    """The claim of a line of incumbents, the baseline first; ``overruled`` are experiments."""
    best = max(at for at, row in enumerate(line) if at == 0 or row.experiment not in overruled)
    moved, variance, known = 0.0, 0.0, True
    for before, row in itertools.pairwise(line[: best + 1]):
        if row.experiment in overruled:
            moved += row.value - before.value
            if row.stderr is None or before.stderr is None:
                known = False
            else:
                variance += row.stderr**2 + before.stderr**2
    return Claim(line[best], moved, variance if known else None)


class Claims:
    """Reads claims; costs one row where no person has overruled the referee."""

    def __init__(self, experiments: Experiments, incumbents: Incumbents) -> None:
        self._experiments = experiments
        self._incumbents = incumbents

    def of(self, run: str) -> Claim | None:
        """What the run may claim now; None before its baseline is measured."""
        if not self._experiments.counts(run).overruled:
            row = self._incumbents.current(run)
            return None if row is None else Claim(row)
        line = self._incumbents.all(run)
        overruled = {
            row.experiment
            for row in line
            if (found := self._experiments.get(run, row.experiment)) and found.overruled
        }
        return claim_of(line, overruled)
