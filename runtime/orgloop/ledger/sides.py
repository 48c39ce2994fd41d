"""What came of the experiments of one generation: what a probation compares."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger.database import Database


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A finished experiment, as far as its organization is judged by it."""

    number: int
    status: str
    effect: float | None
    """Its first measured gain over the incumbent; None where nothing was measured."""
    bench_s: float
    """Seconds that the bench spent on it."""


class Sides:
    """Reads experiments by generation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outcomes(self, run: str, generation: int, after: int, until: int) -> list[OutcomeRow]:
        """A generation's finished experiments of numbers ``after`` + 1 to ``until``, in order."""
        found = self._database.rows(
            "SELECT e.number, e.status, e.effect, (SELECT coalesce(sum(m.wall_s), 0.0) "
            "FROM measurements m WHERE m.run = e.run "
            "AND m.experiment = printf('e%04d', e.number)) "
            "FROM experiments e WHERE e.run = ? AND e.generation = ? AND e.number > ? "
            "AND e.number <= ? "
            "AND e.ordinal IS NOT NULL ORDER BY e.number",
            (run, generation, after, until),
        )
        return [OutcomeRow(*cells) for cells in found]
