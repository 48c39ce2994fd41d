"""Experiments: from the first breath of a walk to its one end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database, Value
from orgloop.ledger.families import Families, cause_name, family_name
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.journal import Journal
from orgloop.ledger.kinds import FOR_THE_SEARCH
from orgloop.ledger.plain import lesson_of, one_line, storable
from orgloop.ledger.rows import CountsRow, ExperimentRow, Json
from orgloop.ledger.titles import title_key

_SELECT = f"SELECT {codec.EXPERIMENT} FROM experiments"
_AHEAD = (
    "(number < ? OR (number > ? AND EXISTS (SELECT 1 FROM measurements WHERE "
    "measurements.run = experiments.run AND measurements.experiment = "
    "printf('e%04d', experiments.number))))"
)
_TOTAL = {"keep": "kept", "discard": "discarded", "crash": "crashed"}


class Experiments:
    """The ``experiments`` table, with its part of the run's totals."""

    def __init__(self, database: Database, journal: Journal, incumbents: Incumbents) -> None:
        self._database = database
        self._journal = journal
        self._incumbents = incumbents
        self._families = Families(database)

    def start(self, run: str, generation: int, base: str) -> ExperimentRow:
        """Begin the run's next experiment: ``e0001``, ``e0002``, ..."""
        with self._database.transaction():
            now = self._database.clock()
            self._database.write("UPDATE totals SET started = started + 1 WHERE run = ?", (run,))
            before = self._database.row("SELECT started FROM totals WHERE run = ?", (run,))
            if before is None:
                raise ValueError(f"there is no run `{run}`")
            number: int = before[0]
            self._database.insert(
                "INSERT INTO experiments (run, number, generation, base, created) "
                "VALUES (?, ?, ?, ?, ?)",
                (run, number, generation, base, now),
            )
            row = ExperimentRow(run, codec.experiment_id(number), generation, base, now, "running")
            self._journal.append(
                events.ExperimentStarted(
                    at=now, run=run, experiment=row.id, generation=generation, base=base
                )
            )
        return row

    def update(
        self,
        run: str,
        id: str,
        *,
        title: str | None = None,
        commit: str | None = None,
        base: str | None = None,
        params: Mapping[str, Json] | None = None,
        replaced: Mapping[str, Json] | None = None,
        fingerprint: str | None = None,
        places: Sequence[str] | None = None,
    ) -> None:
        """Change what is given; None leaves a field as it is."""
        changes: dict[str, Value] = {}
        if title is not None:
            changes["title"] = title = one_line(title, 200)
            changes["title_key"] = title_key(title)
        if places is not None:
            changes["places"] = family_name(places)
        if commit is not None:
            changes["commit_id"] = commit
        if base is not None:
            changes["base"] = base
        if params is not None:
            changes["params"] = codec.to_json(params)
            changes["params_key"] = codec.params_key(params)
        if replaced is not None:
            changes["replaced"] = codec.to_json(replaced)
        if fingerprint is not None:
            changes["fingerprint"] = fingerprint
        if not changes:
            return
        with self._database.transaction():
            self._database.write(
                f"UPDATE experiments SET {', '.join(f'{name} = ?' for name in changes)} "
                "WHERE run = ? AND number = ?",
                (*changes.values(), run, codec.experiment_number(id)),
            )
            if title is not None or commit is not None:
                self._journal.append(
                    events.ExperimentUpdated(
                        at=self._database.clock(),
                        run=run,
                        experiment=id,
                        title=title or "",
                        commit=commit or "",
                    )
                )

    def first_effect(self, run: str, id: str, effect: float) -> None:
        """Record the gain that was measured first; what is on record already stays.

        ``effect`` is of one measurement, over the incumbent's value on the record at that moment;
        positive is better.
        """
        with self._database.transaction():
            self._database.write(
                "UPDATE experiments SET effect = ? WHERE run = ? AND number = ? AND effect IS NULL",
                (effect, run, codec.experiment_number(id)),
            )

    def judge(
        self,
        run: str,
        id: str,
        *,
        call: str,
        value: float | None = None,
        stderr: float | None = None,
        gain: float | None = None,
        gain_stderr: float | None = None,
        p_better: float | None = None,
        why: str = "",
    ) -> None:
        """Record the referee's ruling on what was measured so far; the last one stays."""
        why = storable(why)
        verdict = {
            "call": call,
            "value": value,
            "stderr": stderr,
            "gain": gain,
            "gain_stderr": gain_stderr,
            "p_better": p_better,
            "why": why,
        }
        with self._database.transaction():
            self._database.write(
                "UPDATE experiments SET verdict = ? WHERE run = ? AND number = ?",
                (codec.to_json(verdict), run, codec.experiment_number(id)),
            )
            self._journal.append(
                events.VerdictGiven(
                    at=self._database.clock(),
                    run=run,
                    experiment=id,
                    call=call,
                    value=value,
                    stderr=stderr,
                    gain=gain,
                    gain_stderr=gain_stderr,
                    p_better=p_better,
                    why=why,
                )
            )

    def finish(
        self,
        run: str,
        id: str,
        status: str,
        reason: str = "",
        *,
        value: float | None = None,
        stderr: float | None = None,
        gain: float | None = None,
    ) -> bool:
        """End a walk as ``discard`` or ``crash``, once; False where it has ended already."""
        if status not in ("discard", "crash"):
            raise ValueError(f"`{status}` is no end of this kind; `keep` has its own method")
        with self._database.transaction():
            return self._end(run, id, status, reason, None, value, stderr, gain, False)

    def keep(
        self,
        run: str,
        id: str,
        *,
        commit: str,
        value: float,
        stderr: float | None,
        gain: float | None,
        reason: str = "",
        overruled: bool = False,
        conceded: float | None = None,
    ) -> bool:
        """End a walk as ``keep`` and move the incumbent to its commit, in one transaction.

        ``overruled`` marks a keep that a person made against the referee; ``conceded`` one that was
        made for simplicity, and what it may cost. False, and no change,
        where the walk has ended already.
        """
        with self._database.transaction():
            if not self._end(
                run, id, "keep", reason, commit, value, stderr, gain, overruled, conceded
            ):
                return False
            self._incumbents.promote(run, commit=commit, experiment=id, value=value, stderr=stderr)
        return True

    def _end(
        self,
        run: str,
        id: str,
        status: str,
        reason: str,
        commit: str | None,
        value: float | None,
        stderr: float | None,
        gain: float | None,
        overruled: bool,
        conceded: float | None = None,
    ) -> bool:
        before = self.get(run, id)
        if before is None or before.status != "running":
            return False
        now = self._database.clock()
        reason = storable(reason)
        self._database.write(
            f"UPDATE totals SET finished = finished + 1, {_TOTAL[status]} = {_TOTAL[status]} + 1, "
            "overruled = overruled + ?, simplified = simplified + ?, conceded = conceded + ?, "
            "streak = CASE WHEN ? THEN 0 ELSE streak + 1 END "
            "WHERE run = ?",
            (overruled, conceded is not None, conceded or 0.0, status == "keep", run),
        )
        self._database.write(
            "UPDATE experiments SET status = ?, reason = ?, commit_id = coalesce(?, commit_id), "
            "value = ?, stderr = ?, gain = ?, finished = ?, overruled = ?, conceded = ?, "
            "lesson = ?, score = ?, "
            "ordinal = (SELECT finished FROM totals WHERE run = ?) "
            "WHERE run = ? AND number = ?",
            (
                status,
                reason,
                commit,
                value,
                stderr,
                gain,
                now,
                overruled,
                conceded,
                self._lesson(run, id),
                None if status == "crash" else self._score(run, id, commit or before.commit, value),
                run,
                run,
                before.number,
            ),
        )
        self._count_in(run, before, status, reason, gain)
        self._journal.append(
            events.ExperimentFinished(
                at=now,
                run=run,
                experiment=id,
                status=status,
                reason=reason,
                title=before.title,
                commit=commit or before.commit,
                value=value,
                stderr=stderr,
                gain=gain,
                overruled=overruled,
                conceded=conceded,
            )
        )
        return True

    def _count_in(
        self, run: str, row: ExperimentRow, status: str, reason: str, gain: float | None
    ) -> None:
        places = self._database.row(
            "SELECT places FROM experiments WHERE run = ? AND number = ?", (run, row.number)
        )
        name: str = places[0] if places else ""
        families, number = self._families, row.number
        families.count(run, "places", name, number=number, status=status, gain=gain)
        if status == "crash":
            cause = cause_name(reason)
            families.count(run, "cause", cause, number=number, status=status, gain=None)

    def _score(self, run: str, id: str, commit: str | None, value: float | None) -> float | None:
        """The plain mean of what its commit measured: what search engines learn from.

        The value on the record may be shrunk by the referee; this is not.
        """
        row = self._database.row(
            "SELECT avg(value) FROM measurements WHERE run = ? AND experiment = ? "
            f"AND status = 'ok' AND {FOR_THE_SEARCH} "
            "AND commit_id = coalesce(?, commit_id)",
            (run, id, commit),
        )
        return row[0] if row and row[0] is not None else value

    def _lesson(self, run: str, id: str) -> str:
        """What the last note of a role says that it taught; see :func:`.plain.lesson_of`.

        What the bench says is a lesson only where no role has said anything, and what a
        crashed run said is none.
        """
        rows = self._database.rows(
            "SELECT node, substr(note, 1, 8000) FROM steps WHERE run = ? AND experiment = ? "
            "AND engine <> '' AND note <> '' AND NOT (node = 'bench' AND decision IS 'crashed') "
            "ORDER BY rowid DESC LIMIT 4",
            (run, id),
        )
        note = next((note for node, note in rows if node != "bench"), rows[0][1] if rows else "")
        return lesson_of(note)

    def get(self, run: str, id: str) -> ExperimentRow | None:
        """The experiment of this id."""
        row = self._database.row(
            f"{_SELECT} WHERE run = ? AND number = ?", (run, codec.experiment_number(id))
        )
        return codec.experiment_row(row) if row else None

    def running(self, run: str) -> list[ExperimentRow]:
        """What is in flight, oldest first."""
        return self._all("run = ? AND status = 'running' ORDER BY number", (run,))

    def recent(self, run: str, limit: int = 20) -> list[ExperimentRow]:
        """What finished last, newest first."""
        return self._all(
            "run = ? AND ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT ?", (run, limit)
        )

    def finished(self, run: str) -> list[ExperimentRow]:
        """Everything that finished, in that order: for reports, and not during a run."""
        return self._all("run = ? AND ordinal IS NOT NULL ORDER BY ordinal", (run,))

    def by_fingerprint(self, run: str, fingerprint: str, before: str) -> ExperimentRow | None:
        """The latest experiment ahead of ``before`` whose normalised diff is the same.

        Ahead is one that began earlier, or that was on the bench meanwhile.
        """
        number = codec.experiment_number(before)
        found = self._all(
            f"run = ? AND fingerprint = ? AND {_AHEAD} ORDER BY number DESC LIMIT 1",
            (run, fingerprint, number, number),
        )
        return found[0] if found else None

    def by_params(self, run: str, params: Mapping[str, Json], before: str) -> ExperimentRow | None:
        """The latest experiment ahead of ``before`` with exactly these parameters."""
        number = codec.experiment_number(before)
        found = self._all(
            f"run = ? AND params_key = ? AND {_AHEAD} ORDER BY number DESC LIMIT 1",
            (run, codec.params_key(params), number, number),
        )
        return found[0] if found else None

    def by_commit(self, run: str, prefix: str, limit: int = 2) -> list[ExperimentRow]:
        """Experiments whose commit begins with ``prefix`` (hex): for people, by a scan."""
        low = prefix.lower()
        return self._all(
            "run = ? AND substr(commit_id, 1, ?) = ? ORDER BY number LIMIT ?",
            (run, len(low), low, limit),
        )

    def effects(self, run: str, limit: int = 200) -> list[float]:
        """First measured gains of the latest experiments that have one, newest first."""
        found = self._database.rows(
            "SELECT effect FROM (SELECT effect FROM experiments WHERE run = ? "
            "AND ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT ?) WHERE effect IS NOT NULL",
            (run, 2 * limit),
        )
        return [cells[0] for cells in found[:limit]]

    def counts(self, run: str) -> CountsRow:
        """The run's totals, kept as it goes."""
        row = self._database.row(f"SELECT {codec.COUNTS} FROM totals WHERE run = ?", (run,))
        return codec.counts_row(row) if row else CountsRow()

    def _all(self, condition: str, values: tuple[Value, ...]) -> list[ExperimentRow]:
        found = self._database.rows(f"{_SELECT} WHERE {condition}", values)
        return [codec.experiment_row(cells) for cells in found]
