"""What people tell the organization (`orgloop tell`).

A message is held by the step whose brief shows it, so that no other walk acts on it, too; it is
read once that step has answered. A step that fails lets go of it, and one that died with its lab
is entered again and finds it still held: so it is read at least once, and seldom more.
"""

from __future__ import annotations

from orgloop import events
from orgloop.ledger.database import Database, Value
from orgloop.ledger.journal import Journal
from orgloop.ledger.people_rows import MessageRow
from orgloop.ledger.plain import storable

_SELECT = "SELECT id, at, role, text, read_by, read_at, read_experiment FROM messages"
AT_ONCE = 5
"""Messages that one brief shows: the oldest, the others are for the next."""


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
        """What is still to be read by ``role``: its own and everybody's, oldest first."""
        return self._all("read_by IS NULL AND (role = ? OR role IS NULL) ORDER BY id", (role,))

    def hold(self, role: str, run: str, experiment: str, visit: int) -> list[MessageRow]:
        """The messages for the brief of a step, oldest first; held until it has an answer.

        What a step of another run holds is taken from it, and what an earlier visit holds: those
        may never be taken up again.
        """
        holder = _holder(run, experiment, role, visit)
        own = _holder(run, experiment, role, "")
        with self._database.transaction():
            found = self._all(
                "read_by IS NULL AND (role = ? OR role IS NULL) AND (holder IS NULL OR "
                "substr(holder, 1, ?) = ? OR substr(holder, 1, ?) <> ?) ORDER BY id LIMIT ?",
                (role, len(own), own, len(run) + 1, f"{run}/", AT_ONCE),
            )
            for row in found:
                self._database.write(
                    "UPDATE messages SET holder = ? WHERE id = ?", (holder, row.id)
                )
        return found

    def settle(
        self, role: str, run: str, experiment: str, visit: int, *, answered: bool, by: str = ""
    ) -> int:
        """A step is over: what it held was read, or is for the next; how many were read.

        ``by`` says who read it, where that is not ``pi in e0007``.
        """
        holder = _holder(run, experiment, role, visit)
        with self._database.transaction():
            held = self._all("read_by IS NULL AND holder = ?", (holder,))
            if not answered:
                for row in held:
                    self._database.write(
                        "UPDATE messages SET holder = NULL WHERE id = ?", (row.id,)
                    )
                return 0
            now, by = self._database.clock(), by or f"{role} in {experiment}"
            for row in held:
                self._database.write(
                    "UPDATE messages SET read_by = ?, read_at = ?, read_run = ?, "
                    "read_experiment = ? WHERE id = ?",
                    (by, now, run, experiment, row.id),
                )
                self._journal.append(
                    events.MessageRead(
                        at=now, run=run, experiment=experiment, message=row.id, by=by
                    )
                )
        return len(held)

    def read_in(self, run: str, experiment: str) -> list[MessageRow]:
        """What was read on an experiment's walk, oldest first."""
        return self._all("read_run = ? AND read_experiment = ? ORDER BY id", (run, experiment))

    def read_during(self, run: str) -> dict[str, list[MessageRow]]:
        """What was read by experiment: for reports."""
        found: dict[str, list[MessageRow]] = {}
        for row in self._all("read_run = ? ORDER BY id", (run,)):
            found.setdefault(row.read_experiment or "", []).append(row)
        return found

    def last(self, limit: int = 20) -> list[MessageRow]:
        """The latest messages, newest first."""
        return self._all("1 ORDER BY id DESC LIMIT ?", (limit,))

    def _all(self, condition: str, values: tuple[Value, ...]) -> list[MessageRow]:
        return [
            MessageRow(*cells)
            for cells in self._database.rows(f"{_SELECT} WHERE {condition}", values)
        ]


def _holder(run: str, experiment: str, role: str, visit: int | str) -> str:
    return f"{run}/{experiment}/{role}/{visit}"
