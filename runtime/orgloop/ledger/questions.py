"""What people are asked, and what they answer: written by any process, taken up by the lab."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from orgloop import events
from orgloop.ledger.database import Cells, Database, Value
from orgloop.ledger.journal import Journal
from orgloop.ledger.people_rows import QuestionRow
from orgloop.ledger.plain import storable

_COLUMNS = (
    "id, run, experiment, node, visit, seat, asked, state, commit_id, decisions, may_edit, text, "
    "answered, decision, note, title, edits, by"
)
_SELECT = f"SELECT {_COLUMNS} FROM questions"
_STEP = "run = ? AND experiment = ? AND node = ? AND visit = ?"
_PENDING = "run = ? AND state IN ('line', 'open')"


class Questions:
    """The ``questions`` table.

    A question is asked once for each seat of a step. So many are open at one time and the rest
    stands in line, in the order in which they came: an answer opens the next.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def ask(
        self,
        run: str,
        experiment: str,
        node: str,
        visit: int,
        *,
        seat: int = 0,
        commit: str,
        decisions: tuple[str, ...],
        may_edit: bool,
        text: str,
        most: int,
    ) -> QuestionRow:
        """Put a question, or find it as it stands; ``most`` are open at one time."""
        with self._database.transaction():
            before = self._one(f"{_STEP} AND seat = ?", (run, experiment, node, visit, seat))
            if before is not None:
                return before
            now = self._database.clock()
            state = "open" if self._open(run) < most else "line"
            id = self._database.insert(
                "INSERT INTO questions (run, experiment, node, visit, seat, asked, state, "
                "commit_id, decisions, may_edit, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(run, experiment, node, visit, seat, now, state, commit),
                    *(json.dumps(decisions), may_edit, storable(text)),
                ),
            )
            if state == "open":
                self._tell(id, run, experiment, node, decisions, now)
        row = self.get(id)
        assert row is not None, "it was written just now"
        return row

    def answer(
        self,
        id: int,
        *,
        decision: str | None,
        note: str,
        title: str | None = None,
        edits: Mapping[str, bytes | None] | None = None,
        by: str = "",
    ) -> bool:
        """Answer, once; False, and no change, where somebody has."""
        with self._database.transaction():
            row = self.get(id)
            if row is None or not row.waits:
                return False
            now = self._database.clock()
            self._database.write(
                "UPDATE questions SET state = 'answered', answered = ?, decision = ?, note = ?, "
                "title = ?, edits = ?, by = ? WHERE id = ?",
                (
                    *(now, decision, storable(note), None if title is None else storable(title)),
                    *(_pack(edits or {}), storable(by), id),
                ),
            )
            self._journal.append(
                events.QuestionAnswered(
                    at=now,
                    run=row.run,
                    experiment=row.experiment,
                    question=id,
                    node=row.node,
                    decision=decision,
                    by=by,
                )
            )
            if row.state == "open":
                self._open_next(row.run)
        return True

    def close(self, run: str, experiment: str, node: str, visit: int) -> None:
        """The step has its result: its questions are done, answered or not."""
        with self._database.transaction():
            asked = self._all(_STEP, (run, experiment, node, visit))
            if not asked:
                return
            self._database.write(
                f"UPDATE questions SET state = 'closed', text = '', edits = '{{}}' WHERE {_STEP} "
                "AND state <> 'closed'",
                (run, experiment, node, visit),
            )
            for _ in [row for row in asked if row.state == "open"]:
                self._open_next(run)

    def get(self, id: int) -> QuestionRow | None:
        """The question of this number."""
        return self._one("id = ?", (id,))

    def waiting(self, run: str) -> list[QuestionRow]:
        """Everything that nobody has answered, oldest first; what stands in line comes last."""
        rows = self._all(f"{_PENDING} ORDER BY id", (run,))
        return sorted(rows, key=lambda row: row.state == "line")

    def ready(self, run: str) -> list[tuple[str, str, int]]:
        """Experiment, node and visit of the steps whose questions are all answered."""
        answered = self._database.rows(
            "SELECT experiment, node, visit FROM questions WHERE run = ? AND state = 'answered' "
            "ORDER BY id",
            (run,),
        )
        if not answered:
            return []
        waiting = {(row.experiment, row.node, row.visit) for row in self.waiting(run)}
        found = dict.fromkeys((cells[0], cells[1], cells[2]) for cells in answered)
        return [step for step in found if step not in waiting]

    def _open(self, run: str) -> int:
        row = self._database.row(
            f"SELECT count(*) FROM questions WHERE {_PENDING} AND state = 'open'", (run,)
        )
        return row[0] if row else 0

    def _open_next(self, run: str) -> None:
        row = self._one(f"{_PENDING} AND state = 'line' ORDER BY id LIMIT 1", (run,))
        if row is None:
            return
        self._database.write("UPDATE questions SET state = 'open' WHERE id = ?", (row.id,))
        now = self._database.clock()
        self._tell(row.id, run, row.experiment, row.node, row.decisions, now)

    def _tell(
        self,
        id: int,
        run: str,
        experiment: str,
        node: str,
        decisions: tuple[str, ...],
        now: float,
    ) -> None:
        self._journal.append(
            events.QuestionAsked(
                at=now, run=run, experiment=experiment, question=id, node=node, decisions=decisions
            )
        )

    def _one(self, condition: str, values: tuple[Value, ...]) -> QuestionRow | None:
        cells = self._database.row(f"{_SELECT} WHERE {condition}", values)
        return _row(cells) if cells else None

    def _all(self, condition: str, values: tuple[Value, ...]) -> list[QuestionRow]:
        return [
            _row(cells) for cells in self._database.rows(f"{_SELECT} WHERE {condition}", values)
        ]


def _row(cells: Cells) -> QuestionRow:
    fields = list(cells)
    fields[9] = tuple(json.loads(fields[9]))
    fields[10] = bool(fields[10])
    fields[16] = _unpack(fields[16])
    return QuestionRow(*fields)


def _pack(edits: Mapping[str, bytes | None]) -> str:
    packed = {
        path: None if content is None else base64.b64encode(content).decode("ascii")
        for path, content in edits.items()
    }
    return json.dumps(packed)


def _unpack(text: str) -> dict[str, bytes | None]:
    packed: dict[str, str | None] = json.loads(text)
    return {
        path: None if content is None else base64.b64decode(content)
        for path, content in packed.items()
    }
