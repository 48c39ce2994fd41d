"""The runs of a lab, each as a line of a list and as a curve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from orgloop.ledger import CountsRow, IncumbentRow, Ledger, RunRow, ledger_path
from orgloop.ledger.plain import one_line
from orgloop_tui.model.line import Line, of_point


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run."""

    row: RunRow
    counts: CountsRow
    baseline: IncumbentRow | None = None
    best: IncumbentRow | None = None
    """The best that is claimed."""
    left_out: float = 0.0
    """What of its value is not, see :mod:`orgloop.ledger.claims`."""

    @property
    def metric(self) -> str:
        """What it measures, and whether more of it is better."""
        return one_line(f"{self.row.task.get('metric', '')} {self.row.task.get('goal', '')}", 60)

    @property
    def gain(self) -> float | None:
        """Of the best over the baseline; positive is better."""
        if self.best is None or self.baseline is None:
            return None
        sign = 1.0 if self.row.task.get("goal") == "maximize" else -1.0
        return sign * (self.best.value - self.left_out - self.baseline.value)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a curve is drawn from."""

    finished: tuple[Line, ...] = ()
    incumbents: tuple[IncumbentRow, ...] = ()


def read_runs(lab: Path) -> list[RunLine]:
    """Every run, the latest first. Raises LedgerError."""
    path = ledger_path(lab)
    if not path.is_file():
        return []
    with Ledger.read_only(path) as ledger:
        found = []
        for row in reversed(ledger.runs.all()):
            counts, claim = ledger.runs.counts(row.id), ledger.claims.of(row.id)
            line = RunLine(row, counts, ledger.incumbents.baseline(row.id))
            if claim is not None:
                line = replace(line, best=claim.best, left_out=claim.left_out)
            found.append(line)
        return found


def read_progress(lab: Path, run: str) -> Progress:
    """A run's finished experiments and incumbents. Raises LedgerError."""
    with Ledger.read_only(ledger_path(lab)) as ledger:
        return Progress(
            tuple(map(of_point, ledger.points.after(run, 0))),
            tuple(ledger.incumbents.since(run, -1)),
        )
