"""Steps: the result of each visit of a node, which a resumed walk returns again."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import headline, storable
from orgloop.ledger.rows import Json, StepRow

OUTSIDE = "cadence"
"""What stands for an experiment in the steps of roles outside the flow."""
_KEY = "run = ? AND experiment = ? AND node = ? AND visit = ?"
_KEYS = "run, experiment, node, visit"
_RESULT = "finished, decision, note, engine, commit_id, data, error"


class Steps:
    """The ``steps`` table.

    ``experiment`` is an experiment's id, or any other name for a call outside the flow (a role on
    a cadence): such steps count in the run's totals only.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def begin(
        self,
        run: str,
        experiment: str,
        node: str,
        visit: int,
        *,
        data: Mapping[str, Json] | None = None,
    ) -> StepRow:
        """Enter a node. A step that is there already is returned as it stands.

        ``data`` is how things were when the node was first entered, for whoever enters it again.
        So a walk that is resumed sees by ``finished`` whether the work is done.
        """
        with self._database.transaction():
            before = self.get(run, experiment, node, visit)
            if before is not None:
                return before
            now = self._database.clock()
            self._database.insert(
                "INSERT INTO steps (run, experiment, node, visit, started, data) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (run, experiment, node, visit, now, codec.to_json(data or {})),
            )
            self._journal.append(
                events.StepStarted(at=now, run=run, experiment=experiment, node=node, visit=visit)
            )
        return StepRow(run, experiment, node, visit, now, None, data=data or {})

    def finish(self, row: StepRow) -> bool:
        """Record a step's result, once; False, and no change, where it has one.

        ``row.finished`` may be None: it is then now. What it cost was counted with its calls.
        """
        with self._database.transaction():
            finished = row.finished if row.finished is not None else self._database.clock()
            note, error = storable(row.note), storable(row.error)
            result = (
                finished,
                row.decision,
                note,
                row.engine,
                row.commit,
                codec.to_json(row.data),
                error,
            )
            key = (row.run, row.experiment, row.node, row.visit)
            changed = self._database.write(
                "UPDATE steps SET finished = ?, decision = ?, note = ?, engine = ?, "
                f"commit_id = ?, data = ?, error = ? WHERE {_KEY} AND finished IS NULL",
                (*result, *key),
            )
            if not changed:
                changed = self._database.write(
                    f"INSERT OR IGNORE INTO steps ({_KEYS}, started, {_RESULT}) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*key, row.started, *result),
                )
            if not changed:
                return False
            tokens, cost = self._cost(key)
            self._journal.append(
                events.StepFinished(
                    at=finished,
                    run=row.run,
                    experiment=row.experiment,
                    node=row.node,
                    visit=row.visit,
                    decision=row.decision,
                    engine=row.engine,
                    headline=headline(note),
                    wall_s=max(0.0, finished - row.started),
                    tokens=tokens,
                    cost_usd=cost,
                    error=error,
                )
            )
        return True

    def _cost(self, key: tuple[str, str, str, int]) -> tuple[int, float]:
        """Tokens and dollars of a step that is there."""
        cells = self._database.row(
            f"SELECT input_tokens + output_tokens, cost_usd FROM steps WHERE {_KEY}", key
        )
        return (cells[0], cells[1]) if cells else (0, 0.0)

    def get(self, run: str, experiment: str, node: str, visit: int) -> StepRow | None:
        """One step."""
        row = self._database.row(
            f"SELECT {codec.STEP} FROM steps WHERE {_KEY}", (run, experiment, node, visit)
        )
        return codec.step_row(row) if row else None

    def of(self, run: str, experiment: str) -> list[StepRow]:
        """An experiment's steps, in the order in which they began."""
        found = self._database.rows(
            f"SELECT {codec.STEP} FROM steps WHERE run = ? AND experiment = ? ORDER BY rowid",
            (run, experiment),
        )
        return [codec.step_row(cells) for cells in found]

    def latest_outside(self, run: str) -> list[StepRow]:
        """The latest note of each role outside the flow, in the order of their names.

        Those that failed have written nothing; the one before counts then.
        """
        nodes = self._database.rows(
            "SELECT DISTINCT node FROM steps WHERE run = ? AND experiment = ? ORDER BY node",
            (run, OUTSIDE),
        )
        found = [
            self._database.row(
                f"SELECT {codec.STEP} FROM steps WHERE run = ? AND experiment = ? AND node = ? "
                "AND finished IS NOT NULL AND error = '' ORDER BY visit DESC LIMIT 1",
                (run, OUTSIDE, node),
            )
            for (node,) in nodes
        ]
        return [codec.step_row(cells) for cells in found if cells is not None]
