"""Appends events, each in the transaction of the change that it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgloop.ledger.database import Database

if TYPE_CHECKING:
    from orgloop.events import EventBase

_COLUMNS = {"id", "at", "run", "experiment"}


class Journal:
    """The writing end of the ``events`` table; :class:`~orgloop.ledger.tail.Tail` reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, event: EventBase) -> int:
        """Write ``event``, within a transaction; its id."""
        return self._database.insert(
            "INSERT INTO events (at, run, experiment, kind, body) VALUES (?, ?, ?, ?, ?)",
            (
                event.at,
                event.run,
                event.experiment,
                type(event).model_fields["kind"].default,
                event.model_dump_json(exclude=_COLUMNS, exclude_defaults=True),
            ),
        )
