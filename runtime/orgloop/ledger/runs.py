"""Runs and their running totals."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import CountsRow, Json, RunRow

STATES = ("running", "paused", "stopping", "stopped", "finished")
_ENDED = ("stopped", "finished")


class Runs:
    """The ``runs`` and ``totals`` tables."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def next_id(self) -> str:
        """The id that the next run gets unless it is given one: ``r1``, ``r2``, ..."""
        return self._place(None)[1]

    def create(
        self,
        *,
        baseline_commit: str,
        task: Mapping[str, Json],
        options: Mapping[str, Json] | None = None,
        seed: int = 0,
        id: str | None = None,
        branch: str | None = None,
    ) -> RunRow:
        """Begin a run, ``running``. The branch is ``orgloop/<id>`` where it is left out."""
        with self._database.transaction():
            number, id = self._place(id)
            branch = branch or f"orgloop/{id}"
            now = self._database.clock()
            first = self._journal.append(
                events.RunStarted(
                    at=now,
                    run=id,
                    task=str(task.get("name", "")),
                    metric=str(task.get("metric", "")),
                    goal=str(task.get("goal", "")),
                    branch=branch,
                    baseline_commit=baseline_commit,
                )
            )
            self._database.insert(
                "INSERT INTO runs (number, id, created, branch, baseline_commit, task, options, "
                "seed, state, first_event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)",
                (
                    number,
                    id,
                    now,
                    branch,
                    baseline_commit,
                    codec.to_json(task),
                    codec.to_json(options or {}),
                    str(seed),
                    first,
                ),
            )
            self._database.insert("INSERT INTO totals (run) VALUES (?)", (id,))
        return RunRow(
            id, now, branch, baseline_commit, dict(task), dict(options or {}), seed, "running"
        )

    def _place(self, id: str | None) -> tuple[int, str]:
        """A new run's number and id; a given id such as ``r7`` sets both."""
        row = self._database.row("SELECT max(number) FROM runs")
        number = (row[0] or 0) + 1 if row else 1
        if id is None:
            return number, f"r{number}"
        if id[:1] == "r" and id[1:].isascii() and id[1:].isdigit():
            number = max(number, int(id[1:]))
        return number, id

    def get(self, id: str) -> RunRow | None:
        """The run of this id."""
        row = self._database.row(f"SELECT {codec.RUN} FROM runs WHERE id = ?", (id,))
        return codec.run_row(row) if row else None

    def latest(self) -> RunRow | None:
        """The run that was created last."""
        row = self._database.row(f"SELECT {codec.RUN} FROM runs ORDER BY number DESC LIMIT 1")
        return codec.run_row(row) if row else None

    def all(self) -> list[RunRow]:
        """Every run, oldest first."""
        found = self._database.rows(f"SELECT {codec.RUN} FROM runs ORDER BY number")
        return [codec.run_row(cells) for cells in found]

    def set_state(self, id: str, state: str, reason: str = "") -> bool:
        """Move a run to one of :data:`STATES`; False where it was there for the same reason."""
        if state not in STATES:
            raise ValueError(f"`{state}` is no state of a run")
        reason = storable(reason)
        with self._database.transaction():
            before = self._database.row("SELECT state, reason FROM runs WHERE id = ?", (id,))
            if before is None or before == (state, reason):
                return False
            self._database.write(
                "UPDATE runs SET state = ?, reason = ? WHERE id = ?", (state, reason, id)
            )
            now = self._database.clock()
            self._journal.append(
                events.RunStateChanged(
                    at=now, run=id, state=state, previous=before[0], reason=reason
                )
            )
            if state in _ENDED:
                counts = self.counts(id)
                self._journal.append(
                    events.RunEnded(
                        at=now,
                        run=id,
                        state=state,
                        reason=reason,
                        finished=counts.finished,
                        kept=counts.kept,
                    )
                )
        return True

    def set_options(self, id: str, options: Mapping[str, Json]) -> None:
        """Replace what the command line said over what the files say."""
        with self._database.transaction():
            self._database.write(
                "UPDATE runs SET options = ? WHERE id = ?", (codec.to_json(options), id)
            )

    def counts(self, id: str) -> CountsRow:
        """The run's totals; all zero where there is no such run."""
        row = self._database.row(f"SELECT {codec.COUNTS} FROM totals WHERE run = ?", (id,))
        return codec.counts_row(row) if row else CountsRow()

    def tick(self, id: str, seconds: float) -> None:
        """Add to the time that the run was going (``active_s``); call it every few seconds."""
        with self._database.transaction():
            self._database.write(
                "UPDATE totals SET active_s = active_s + ? WHERE run = ?", (seconds, id)
            )
