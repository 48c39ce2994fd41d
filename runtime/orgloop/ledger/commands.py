"""What a person asks of a running lab: pause, stop, measure again."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.people_rows import CommandRow
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import Json

_SELECT = "SELECT id, at, verb, args, state, answer, run, experiment FROM commands"


class Commands:
    """The ``commands`` table: written by any process, answered by the one that runs the lab."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def ask(
        self,
        verb: str,
        args: Mapping[str, Json] | None = None,
        *,
        run: str | None = None,
        experiment: str | None = None,
    ) -> int:
        """Ask for something; the id under which the answer will stand."""
        with self._database.transaction():
            now = self._database.clock()
            id = self._database.insert(
                "INSERT INTO commands (at, verb, args, run, experiment) VALUES (?, ?, ?, ?, ?)",
                (now, verb, codec.to_json(args or {}), run, experiment),
            )
            self._journal.append(
                events.CommandReceived(
                    at=now, run=run, experiment=experiment, command=id, verb=verb
                )
            )
        return id

    def pending(self) -> list[CommandRow]:
        """What nobody has answered, oldest first."""
        found = self._database.rows(f"{_SELECT} WHERE state = 'new' ORDER BY id")
        return [_row(cells) for cells in found]

    def answer(self, id: int, state: str, text: str = "") -> bool:
        """Answer as ``done`` or ``refused``, once; False where it is answered already."""
        if state not in ("done", "refused"):
            raise ValueError(f"`{state}` is no answer to a command")
        with self._database.transaction():
            text = storable(text)
            changed = self._database.write(
                "UPDATE commands SET state = ?, answer = ? WHERE id = ? AND state = 'new'",
                (state, text, id),
            )
            row = self.get(id)
            if not changed or row is None:
                return False
            self._journal.append(
                events.CommandAnswered(
                    at=self._database.clock(),
                    run=row.run,
                    experiment=row.experiment,
                    command=id,
                    verb=row.verb,
                    state=state,
                    text=text,
                )
            )
        return True

    def get(self, id: int) -> CommandRow | None:
        """One command, with its answer once it has one."""
        row = self._database.row(f"{_SELECT} WHERE id = ?", (id,))
        return _row(row) if row else None

    def about(self, run: str, experiment: str) -> list[CommandRow]:
        """What was asked about one experiment, oldest first."""
        found = self._database.rows(
            f"{_SELECT} WHERE run = ? AND experiment = ? ORDER BY id", (run, experiment)
        )
        return [_row(cells) for cells in found]


def _row(cells: Cells) -> CommandRow:
    id, at, verb, args, state, answer, run, experiment = cells
    return CommandRow(id, at, verb, codec.from_json(args), state, answer, run, experiment)
