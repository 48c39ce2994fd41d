"""Generations: the versions of a run's organization."""

from __future__ import annotations

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import GenerationRow


class Generations:
    """The ``generations`` table."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def add(self, run: str, *, tree: str, commit: str, author: str, reason: str) -> GenerationRow:
        """Record the run's next generation; the first is number 1."""
        with self._database.transaction():
            before = self._database.row("SELECT max(number) FROM generations WHERE run = ?", (run,))
            number: int = (before[0] or 0) + 1 if before else 1
            row = GenerationRow(
                run,
                number,
                tree,
                commit,
                self._database.clock(),
                storable(author),
                storable(reason),
            )
            self._database.insert(
                f"INSERT INTO generations ({codec.GENERATION}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run, number, tree, commit, row.created, row.author, row.reason),
            )
            self._journal.append(
                events.GenerationMade(
                    at=row.created,
                    run=run,
                    number=number,
                    commit=commit,
                    tree=tree,
                    author=row.author,
                    reason=row.reason,
                )
            )
        return row

    def latest(self, run: str) -> GenerationRow | None:
        """The generation that the next experiment starts under."""
        row = self._database.row(
            f"SELECT {codec.GENERATION} FROM generations WHERE run = ? "
            "ORDER BY number DESC LIMIT 1",
            (run,),
        )
        return codec.generation_row(row) if row else None

    def standing(self, run: str) -> GenerationRow | None:
        """The generation that stands: the latest, or what the latest is tried against."""
        found = self._database.row(
            "SELECT against FROM amendments WHERE run = ? AND state = 'probation'", (run,)
        )
        return self.latest(run) if found is None else self.get(run, found[0])

    def get(self, run: str, number: int) -> GenerationRow | None:
        """One generation."""
        row = self._database.row(
            f"SELECT {codec.GENERATION} FROM generations WHERE run = ? AND number = ?",
            (run, number),
        )
        return codec.generation_row(row) if row else None

    def all(self, run: str) -> list[GenerationRow]:
        """The run's generations, oldest first."""
        found = self._database.rows(
            f"SELECT {codec.GENERATION} FROM generations WHERE run = ? ORDER BY number", (run,)
        )
        return [codec.generation_row(cells) for cells in found]
