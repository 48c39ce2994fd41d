"""Amendments: what roles proposed to change of the organization, and what became of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import one_line, storable
from orgloop.ledger.rows import Json

PROPOSED = "proposed"
PROBATION = "probation"
KEPT = "kept"
REVERTED = "reverted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
"""A person's save came in between, so it was neither kept nor shown to be worse."""

_ROW = (
    "run, number, at, role, turn, title, files, data, state, generation, against, after, chance, "
    "why, decided"
)
_SELECT = f"SELECT {_ROW} FROM amendments"


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """One proposal to change ``org/`` or ``roles/``."""

    run: str
    number: int
    """Counted from 1 within the run."""
    at: float
    role: str
    """Whose it is; ``a person`` where a save was put on probation."""
    turn: int
    title: str
    files: Mapping[str, bytes | None]
    """New content by path; None removes the file."""
    data: Mapping[str, Json] = field(default_factory=dict)
    """What its author says of it: embedded engines name their move, as ``amendment``."""
    state: str = PROPOSED
    generation: int | None = None
    """The generation that it made."""
    against: int | None = None
    """The generation that it is measured against."""
    after: int | None = None
    """Experiments that had begun before its probation."""
    chance: float | None = None
    """Probability of being better, when last looked at."""
    why: str = ""
    decided: float | None = None

    @property
    def name(self) -> str:
        """As people see it: ``a3``."""
        return f"a{self.number}"


class Amendments:
    """The ``amendments`` table."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def propose(
        self,
        run: str,
        role: str,
        turn: int,
        title: str,
        files: Mapping[str, bytes | None],
        data: Mapping[str, Json] | None = None,
    ) -> AmendmentRow:
        """Record a proposal before anything is done with it."""
        with self._database.transaction():
            before = self._database.row("SELECT max(number) FROM amendments WHERE run = ?", (run,))
            number: int = (before[0] or 0) + 1 if before else 1
            now = self._database.clock()
            row = AmendmentRow(
                run, number, now, role, turn, one_line(title, 200), dict(files), dict(data or {})
            )
            self._database.insert(
                "INSERT INTO amendments (run, number, at, role, turn, title, files, data) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run,
                    number,
                    now,
                    storable(role),
                    turn,
                    row.title,
                    _packed(files),
                    codec.to_json(row.data),
                ),
            )
            self._journal.append(
                events.AmendmentProposed(
                    at=now, run=run, amendment=number, role=storable(role), title=row.title
                )
            )
        return row

    def begin(self, row: AmendmentRow, *, generation: int, against: int, after: int) -> None:
        """Put a proposal on probation, as ``generation``."""
        with self._database.transaction():
            self._database.write(
                "UPDATE amendments SET state = ?, generation = ?, against = ?, after = ? "
                "WHERE run = ? AND number = ?",
                (PROBATION, generation, against, after, row.run, row.number),
            )

    def look(self, row: AmendmentRow, chance: float) -> None:
        """Record how likely it is to be better, by what is known now."""
        with self._database.transaction():
            self._database.write(
                "UPDATE amendments SET chance = ? WHERE run = ? AND number = ?",
                (chance, row.run, row.number),
            )

    def decide(
        self, row: AmendmentRow, state: str, why: str, *, chance: float | None = None
    ) -> None:
        """End a proposal or a probation, as one of the states above."""
        with self._database.transaction():
            now = self._database.clock()
            self._database.write(
                "UPDATE amendments SET state = ?, why = ?, chance = coalesce(?, chance), "
                "decided = ? WHERE run = ? AND number = ?",
                (state, storable(why), chance, now, row.run, row.number),
            )
            self._journal.append(
                events.AmendmentDecided(
                    at=now,
                    run=row.run,
                    amendment=row.number,
                    state=state,
                    generation=row.generation,
                    chance=chance,
                    why=storable(why),
                )
            )

    def pending(self, run: str) -> list[AmendmentRow]:
        """Proposals that nobody has looked at, oldest first."""
        return [row for row in self._open(run) if row.state == PROPOSED]

    def on_probation(self, run: str) -> AmendmentRow | None:
        """The one that is being tried now."""
        return next((row for row in self._open(run) if row.state == PROBATION), None)

    def all(self, run: str) -> list[AmendmentRow]:
        """The run's amendments, oldest first."""
        found = self._database.rows(f"{_SELECT} WHERE run = ? ORDER BY number", (run,))
        return [_row(cells) for cells in found]

    def last(self, run: str, limit: int) -> list[AmendmentRow]:
        """The latest amendments, newest first."""
        found = self._database.rows(
            f"{_SELECT} WHERE run = ? ORDER BY number DESC LIMIT ?", (run, limit)
        )
        return [_row(cells) for cells in found]

    def _open(self, run: str) -> list[AmendmentRow]:
        found = self._database.rows(
            f"{_SELECT} WHERE run = ? AND state IN ('proposed', 'probation') ORDER BY number",
            (run,),
        )
        return [_row(cells) for cells in found]


def _packed(files: Mapping[str, bytes | None]) -> str:
    return json.dumps(
        {
            path: None if content is None else base64.b64encode(content).decode("ascii")
            for path, content in files.items()
        },
        separators=(",", ":"),
    )


def _unpacked(text: str) -> dict[str, bytes | None]:
    return {
        path: None if content is None else base64.b64decode(content)
        for path, content in json.loads(text).items()
    }


def _row(cells: Cells) -> AmendmentRow:
    run, number, at, role, turn, title, files, data, *rest = cells
    return AmendmentRow(
        run, number, at, role, turn, title, _unpacked(files), codec.from_json(data), *rest
    )
