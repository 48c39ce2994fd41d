"""What does not check in the lab's files right now, and notices to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from orgloop import events
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import ProblemRow

_COLUMNS = "path, message, line, key, hint, severity, since"


class OpenProblems:
    """The ``problems`` table: only what is wrong still; what was wrong is in the events."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def replace(self, run: str, problems: Iterable[ProblemRow]) -> None:
        """Make ``problems`` the run's list; what is new or gone is told as an event each.

        For each check of the files, with everything that it found (nothing, where all is well).
        """
        now = self._database.clock()
        wanted = {
            _same(row): row
            for row in (
                replace(
                    problem,
                    path=storable(problem.path),
                    key=None if problem.key is None else storable(problem.key),
                    message=storable(problem.message),
                    hint=storable(problem.hint),
                    since=now,
                )
                for problem in problems
            )
        }
        with self._database.transaction():
            known = {_same(row): row for row in self.open(run)}
            if known.keys() == wanted.keys():
                return
            self._database.write("DELETE FROM problems WHERE run = ?", (run,))
            for mark, row in wanted.items():
                self._insert(run, known.get(mark, row))
                if mark not in known:
                    self._journal.append(
                        events.ProblemFound(
                            at=now,
                            run=run,
                            path=row.path,
                            line=row.line,
                            key=row.key,
                            message=row.message,
                            hint=row.hint,
                            severity=row.severity,
                        )
                    )
            for mark, row in known.items():
                if mark not in wanted:
                    self._journal.append(
                        events.ProblemCleared(
                            at=now, run=run, path=row.path, line=row.line, message=row.message
                        )
                    )

    def open(self, run: str) -> list[ProblemRow]:
        """What is wrong now, in the order in which it was found."""
        found = self._database.rows(
            f"SELECT {_COLUMNS} FROM problems WHERE run = ? ORDER BY rowid", (run,)
        )
        return [ProblemRow(*cells) for cells in found]

    def notice(self, text: str, *, run: str | None = None, level: str = "info") -> None:
        """Tell whoever watches something; ``level`` is ``info`` or ``warning``."""
        with self._database.transaction():
            self._journal.append(
                events.Notice(at=self._database.clock(), run=run, text=storable(text), level=level)
            )

    def _insert(self, run: str, row: ProblemRow) -> None:
        self._database.insert(
            f"INSERT INTO problems (run, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                row.path,
                row.message,
                row.line,
                row.key,
                row.hint,
                row.severity,
                row.since,
            ),
        )


def _same(row: ProblemRow) -> tuple[str, int | None, str, str]:
    return row.path, row.line, row.message, row.severity
