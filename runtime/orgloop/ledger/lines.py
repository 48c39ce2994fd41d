"""Experiments as lines of a list: the few columns that lists show, and no JSON to decode."""

from __future__ import annotations

from orgloop.ledger import codec
from orgloop.ledger.database import Database, Value
from orgloop.ledger.rows import LineRow

_SELECT = (
    "SELECT number, status, title, reason, value, stderr, gain, lesson, generation "
    "FROM experiments WHERE run = ?"
)


class Lines:
    """Bounded, indexed reads of ``experiments`` for digests and displays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def running(self, run: str, limit: int = 50) -> list[LineRow]:
        """What is in flight, oldest first."""
        return self._all("AND status = 'running' ORDER BY number LIMIT ?", (run, limit))

    def recent(self, run: str, limit: int = 20) -> list[LineRow]:
        """What finished last, newest first."""
        return self._all("AND ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT ?", (run, limit))

    def near_misses(self, run: str, limit: int = 5) -> list[LineRow]:
        """Discarded experiments that looked better than the incumbent, the best gain first."""
        return self._all(
            "AND status = 'discard' AND gain > 0 ORDER BY gain DESC LIMIT ?", (run, limit)
        )

    def crashes(self, run: str, limit: int = 5) -> list[LineRow]:
        """The latest crashes, newest first."""
        return self._all("AND status = 'crash' ORDER BY ordinal DESC LIMIT ?", (run, limit))

    def get(self, run: str, id: str) -> LineRow | None:
        """One experiment."""
        found = self._all("AND number = ?", (run, codec.experiment_number(id)))
        return found[0] if found else None

    def _all(self, condition: str, values: tuple[Value, ...]) -> list[LineRow]:
        return [
            LineRow(codec.experiment_id(cells[0]), *cells[1:])
            for cells in self._database.rows(f"{_SELECT} {condition}", values)
        ]
