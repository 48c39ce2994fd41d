"""Incumbents: the line of commits, each measured better than the one before."""

from __future__ import annotations

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.rows import IncumbentRow

BASELINE = "baseline"
"""What stands for an experiment where the baseline is meant."""


class Incumbents:
    """The ``incumbents`` table. Number 0 is the baseline.

    What a person has vetoed stays in it and is part of the line no longer: no method gives it but
    :meth:`of_commit`.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def promote(
        self, run: str, *, commit: str, experiment: str, value: float, stderr: float | None
    ) -> IncumbentRow:
        """Put a commit at the head; the run's first is its baseline.

        An experiment is kept by :meth:`~orgloop.ledger.experiments.Experiments.keep`, which
        calls this in its transaction. Promoting what is at the head already changes nothing.
        """
        with self._database.transaction():
            before = self.current(run)
            if before and (before.commit, before.experiment) == (commit, experiment):
                return before
            row = IncumbentRow(
                run,
                self._next(run),
                commit,
                experiment,
                self._database.clock(),
                value,
                stderr,
            )
            self._database.insert(
                f"INSERT INTO incumbents ({codec.INCUMBENT}) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                (run, row.number, commit, experiment, row.at, value, stderr),
            )
            if before is None:
                self._journal.append(
                    events.BaselineMeasured(
                        at=row.at, run=run, commit=commit, value=value, stderr=stderr
                    )
                )
            else:
                self._journal.append(
                    events.IncumbentMoved(
                        at=row.at,
                        run=run,
                        experiment=experiment,
                        number=row.number,
                        commit=commit,
                        value=value,
                        stderr=stderr,
                        previous=before.commit,
                    )
                )
        return row

    def withdraw(self, run: str) -> IncumbentRow | None:
        """Take the head off the branch; the one that reigns again, or None for the baseline's.

        Within the transaction that discards its experiment.
        """
        head = self.current(run)
        if head is None or head.number == 0:
            return None
        self._database.write(
            "UPDATE incumbents SET withdrawn = 1 WHERE run = ? AND number = ?", (run, head.number)
        )
        row = self.current(run)
        assert row is not None, "the baseline is never withdrawn"
        self._journal.append(
            events.IncumbentMoved(
                at=self._database.clock(),
                run=run,
                experiment=row.experiment,
                number=row.number,
                commit=row.commit,
                value=row.value,
                stderr=row.stderr,
                previous=head.commit,
            )
        )
        return row

    def _next(self, run: str) -> int:
        row = self._database.row("SELECT max(number) FROM incumbents WHERE run = ?", (run,))
        return 0 if row is None or row[0] is None else row[0] + 1

    def revise(self, run: str, number: int, value: float, stderr: float | None) -> None:
        """Correct the value on the record, once more measurements of the commit are in."""
        with self._database.transaction():
            self._database.write(
                "UPDATE incumbents SET value = ?, stderr = ? WHERE run = ? AND number = ?",
                (value, stderr, run, number),
            )

    def current(self, run: str) -> IncumbentRow | None:
        """The head of the run's branch; None before the baseline is measured."""
        row = self._database.row(
            f"SELECT {codec.INCUMBENT} FROM incumbents WHERE run = ? AND withdrawn = 0 "
            "ORDER BY number DESC LIMIT 1",
            (run,),
        )
        return codec.incumbent_row(row) if row else None

    def baseline(self, run: str) -> IncumbentRow | None:
        """The run's first incumbent."""
        row = self._database.row(
            f"SELECT {codec.INCUMBENT} FROM incumbents WHERE run = ? AND number = 0", (run,)
        )
        return codec.incumbent_row(row) if row else None

    def of_commit(self, run: str, commit: str) -> IncumbentRow | None:
        """The latest incumbent that was this commit, vetoed or not; None where none was."""
        row = self._database.row(
            f"SELECT {codec.INCUMBENT} FROM incumbents WHERE run = ? AND commit_id = ? "
            "ORDER BY number DESC LIMIT 1",
            (run, commit),
        )
        return codec.incumbent_row(row) if row else None

    def since(self, run: str, number: int) -> list[IncumbentRow]:
        """The incumbents after ``number``, oldest first."""
        found = self._database.rows(
            f"SELECT {codec.INCUMBENT} FROM incumbents WHERE run = ? AND number > ? "
            "AND withdrawn = 0 ORDER BY number",
            (run, number),
        )
        return [codec.incumbent_row(cells) for cells in found]

    def last(self, run: str, limit: int) -> list[IncumbentRow]:
        """The latest incumbents, newest first."""
        found = self._database.rows(
            f"SELECT {codec.INCUMBENT} FROM incumbents WHERE run = ? AND withdrawn = 0 "
            "ORDER BY number DESC LIMIT ?",
            (run, limit),
        )
        return [codec.incumbent_row(cells) for cells in found]

    def all(self, run: str) -> list[IncumbentRow]:
        """Every incumbent, the baseline first."""
        return self.since(run, -1)
