"""What people tell the organization (`orgloop tell`)."""

from __future__ import annotations

from collections.abc import Iterable

from orgloop import events
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import MessageRow


class Messages:
    """The ``messages`` table."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def tell(self, text: str, role: str | None = None, *, run: str | None = None) -> int:
        """Leave a message for a role, or for whichever is asked next; its id."""
        text = storable(text)
        with self._database.transaction():
            now = self._database.clock()
            id = self._database.insert(
                "INSERT INTO messages (at, role, text) VALUES (?, ?, ?)", (now, role, text)
            )
            self._journal.append(
                events.MessageTold(at=now, run=run, message=id, role=role, text=text)
            )
        return id

    def unread(self, role: str) -> list[MessageRow]:
        """What ``role`` should read now: its own and everybody's, oldest first."""
        found = self._database.rows(
            "SELECT id, at, role, text, read_by FROM messages "
            "WHERE read_by IS NULL AND (role = ? OR role IS NULL) ORDER BY id",
            (role,),
        )
        return [MessageRow(*cells) for cells in found]

    def mark_read(self, ids: Iterable[int], by: str) -> int:
        """Record who read them, the first reader only; how many were unread until now.

        ``by`` says role and experiment, as ``pi in e0007``.
        """
        with self._database.transaction():
            return sum(
                self._database.write(
                    "UPDATE messages SET read_by = ? WHERE id = ? AND read_by IS NULL", (by, id)
                )
                for id in ids
            )

    def last(self, limit: int = 20) -> list[MessageRow]:
        """The latest messages, newest first."""
        found = self._database.rows(
            "SELECT id, at, role, text, read_by FROM messages ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [MessageRow(*cells) for cells in found]
