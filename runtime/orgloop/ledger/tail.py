"""Reads events in the order in which they were written: how anyone follows a run."""

from __future__ import annotations

from orgloop import events
from orgloop.ledger.database import Database

_COLUMNS = "id, at, run, experiment, kind, body"


class Tail:
    """The reading end of the ``events`` table. Ids rise, and none is used twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, id: int, limit: int = 500) -> list[events.Event]:
        """Events later than ``id`` (0: from the first), oldest first, at most ``limit``."""
        found = self._database.rows(
            f"SELECT {_COLUMNS} FROM events WHERE id > ? ORDER BY id LIMIT ?", (id, limit)
        )
        return [events.read(*cells) for cells in found]

    def last(self, limit: int = 50) -> list[events.Event]:
        """The latest events, oldest first."""
        found = self._database.rows(
            f"SELECT {_COLUMNS} FROM events ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [events.read(*cells) for cells in reversed(found)]

    def newest(self) -> int:
        """The id of the latest event; 0 where there is none."""
        row = self._database.row("SELECT id FROM events ORDER BY id DESC LIMIT 1")
        return row[0] if row else 0

    def start_of(self, run: str) -> int:
        """The id to pass to :meth:`after` so as to read a run from its beginning."""
        row = self._database.row("SELECT first_event FROM runs WHERE id = ?", (run,))
        return row[0] - 1 if row else 0
