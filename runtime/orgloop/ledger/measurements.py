"""Measurements: what the bench is running and what it has measured."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.kinds import AUDIT, FOR_THE_SEARCH
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import MeasurementRow


class Measurements:
    """The ``measurements`` table, and ``samples``: its values by commit, for noise."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def next_id(self, run: str, experiment: str) -> str:
        """The id for the experiment's next measurement: ``r1-e0007-m2``."""
        row = self._database.row(
            "SELECT count(*) FROM measurements WHERE run = ? AND experiment = ?",
            (run, experiment),
        )
        return f"{run}-{experiment}-m{(row[0] if row else 0) + 1}"

    def begin(self, row: MeasurementRow) -> bool:
        """Record that the bench starts on it; False where it is on the record already."""
        with self._database.transaction():
            added = self._database.write(
                "INSERT OR IGNORE INTO measurements (run, id, experiment, commit_id, seed, kind, "
                "status, started, slot, log) VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)",
                (
                    row.run,
                    row.id,
                    row.experiment,
                    row.commit,
                    row.seed,
                    row.kind,
                    row.started,
                    row.slot,
                    row.log,
                ),
            )
            if not added:
                return False
            if row.kind != AUDIT:  # its seeds are a stream of their own
                self._database.write(
                    "UPDATE totals SET highest_seed = max(highest_seed, ?) WHERE run = ?",
                    (row.seed, row.run),
                )
            self._journal.append(
                events.MeasurementStarted(
                    at=row.started,
                    run=row.run,
                    experiment=row.experiment,
                    measurement=row.id,
                    commit=row.commit,
                    purpose=row.kind,
                    slot=row.slot,
                )
            )
        return True

    def finish(
        self,
        id: str,
        *,
        value: float | None,
        metrics: Mapping[str, float] | None = None,
        crash: Mapping[str, str] | None = None,
        wall_s: float = 0.0,
        cpu_s: float = 0.0,
        peak_bytes: int = 0,
        log: str | None = None,
    ) -> bool:
        """Record a result, once; False, and no change, where there is one.

        It is ``ok`` with a ``value`` and no ``crash``, and else a ``crash``. ``wall_s`` is added
        to the run's busy seconds of the bench, but for an audit's.
        """
        with self._database.transaction():
            row = self.get(id)
            if row is None or row.status != "running":
                return False
            status = "ok" if value is not None and crash is None else "crash"
            now = self._database.clock()
            self._database.write(
                "UPDATE measurements SET status = ?, finished = ?, value = ?, metrics = ?, "
                "crash = ?, wall_s = ?, cpu_s = ?, peak_bytes = ?, log = coalesce(?, log) "
                "WHERE id = ?",
                (
                    status,
                    now,
                    value,
                    codec.to_json(metrics or {}),
                    None if crash is None else codec.to_json(crash),
                    wall_s,
                    cpu_s,
                    peak_bytes,
                    log,
                    id,
                ),
            )
            squares, freedom = 0.0, 0
            if status == "ok" and value is not None and row.kind != AUDIT:
                squares, freedom = self._pool(row.run, row.commit, value)
            if row.kind != AUDIT:  # which comes after the run, and is no part of what it cost
                self._database.write(
                    "UPDATE totals SET bench_busy_s = bench_busy_s + ?, "
                    "measurements = measurements + 1, noise_squares = noise_squares + ?, "
                    "noise_freedom = noise_freedom + ? WHERE run = ?",
                    (wall_s, squares, freedom, row.run),
                )
            said = crash or {}
            self._journal.append(
                events.MeasurementFinished(
                    at=now,
                    run=row.run,
                    experiment=row.experiment,
                    measurement=id,
                    status=status,
                    value=value,
                    wall_s=wall_s,
                    crash=storable(str(said.get("kind", ""))),
                    message=storable(str(said.get("message", ""))),
                )
            )
        return True

    def restart(self, id: str, *, slot: int | None = None) -> None:
        """Start the clock of a running measurement again: its job was lost and runs anew."""
        with self._database.transaction():
            self._database.write(
                "UPDATE measurements SET started = ?, slot = coalesce(?, slot) "
                "WHERE id = ? AND status = 'running'",
                (self._database.clock(), slot, id),
            )

    def _pool(self, run: str, commit: str, value: float) -> tuple[float, int]:
        """Add a value to its commit's sample (Welford's update).

        The growth of the sum of squares and of the degrees of freedom. Audits are left out: they
        may score on another data set.
        """
        before = self._database.row(
            "SELECT size, mean FROM samples WHERE run = ? AND commit_id = ?", (run, commit)
        )
        last = "(SELECT measurements FROM totals WHERE run = ?)"
        if before is None:
            self._database.insert(
                "INSERT INTO samples (run, commit_id, size, mean, last) "
                f"VALUES (?, ?, 1, ?, {last})",
                (run, commit, value, run),
            )
            return 0.0, 0
        size, mean = before
        step = value - mean
        mean += step / (size + 1)
        self._database.write(
            f"UPDATE samples SET size = ?, mean = ?, last = {last} WHERE run = ? AND commit_id = ?",
            (size + 1, mean, run, run, commit),
        )
        return step * (value - mean), 1

    def get(self, id: str) -> MeasurementRow | None:
        """The measurement of this id."""
        row = self._database.row(
            f"SELECT {codec.MEASUREMENT} FROM measurements WHERE id = ?", (id,)
        )
        return codec.measurement_row(row) if row else None

    def of(self, run: str, experiment: str) -> list[MeasurementRow]:
        """An experiment's measurements (``baseline``: the baseline's), oldest first."""
        return self._where("run = ? AND experiment = ?", (run, experiment))

    def of_commit(self, run: str, commit: str) -> list[MeasurementRow]:
        """A commit's measurements, oldest first."""
        return self._where("run = ? AND commit_id = ?", (run, commit))

    def running(self, run: str) -> list[MeasurementRow]:
        """What the bench is running, oldest first."""
        return self._where("run = ? AND status = 'running'", (run,))

    def _where(self, condition: str, values: tuple[str, ...]) -> list[MeasurementRow]:
        found = self._database.rows(
            f"SELECT {codec.MEASUREMENT} FROM measurements WHERE {condition} ORDER BY rowid",
            values,
        )
        return [codec.measurement_row(cells) for cells in found]

    def values(self, run: str, experiment: str) -> list[float]:
        """The values of an experiment's measurements, oldest first; audits left out."""
        found = self._database.rows(
            "SELECT value FROM measurements WHERE run = ? AND experiment = ? AND status = 'ok' "
            "AND kind <> 'audit' ORDER BY rowid",
            (run, experiment),
        )
        return [cells[0] for cells in found]

    def repeated(self, run: str, limit: int = 50) -> dict[str, tuple[float, ...]]:
        """Values by commit, for noise: the ``limit`` commits measured again most lately.

        Only commits with two values or more, each its latest 50, audits left out.
        :attr:`CountsRow.noise_sd` has the same over the whole run.
        """
        commits = self._database.rows(
            "SELECT commit_id FROM samples WHERE run = ? AND size > 1 ORDER BY last DESC LIMIT ?",
            (run, limit),
        )
        groups: dict[str, tuple[float, ...]] = {}
        for (commit,) in commits:
            found = self._database.rows(
                "SELECT value FROM measurements WHERE run = ? AND commit_id = ? "
                "AND status = 'ok' AND kind <> 'audit' ORDER BY rowid DESC LIMIT 50",
                (run, commit),
            )
            groups[commit] = tuple(cells[0] for cells in reversed(found))
        return groups

    def seeds(self, run: str, commit: str) -> frozenset[int]:
        """The seed numbers on which a commit was measured or is being measured."""
        found = self._database.rows(
            "SELECT seed FROM measurements WHERE run = ? AND commit_id = ?", (run, commit)
        )
        return frozenset(cells[0] for cells in found)

    def fresh_seed(self, run: str) -> int:
        """The lowest seed number above all in use: no commit was ever measured on it."""
        row = self._database.row("SELECT highest_seed FROM totals WHERE run = ?", (run,))
        return row[0] + 1 if row else 0

    def all_values(self, run: str) -> dict[str, list[float]]:
        """Values by experiment over the whole run: for reports, and not during a run.

        Audits, and what persons had measured once it was over, are left out.
        """
        return self._by_experiment(run, FOR_THE_SEARCH)

    def values_again(self, run: str) -> dict[str, list[float]]:
        """What persons had measured of experiments once they were over, as :meth:`all_values`."""
        return self._by_experiment(run, "kind = 'again'")

    def _by_experiment(self, run: str, condition: str) -> dict[str, list[float]]:
        found = self._database.rows(
            "SELECT experiment, value FROM measurements WHERE run = ? AND status = 'ok' "
            f"AND {condition} ORDER BY rowid",
            (run,),
        )
        groups: dict[str, list[float]] = {}
        for experiment, value in found:
            groups.setdefault(experiment, []).append(value)
        return groups

    def peaks(self, run: str) -> dict[str, tuple[int, Mapping[str, float]]]:
        """Peak bytes and printed numbers of each experiment's largest measurement, for reports."""
        found = self._database.rows(
            "SELECT experiment, max(peak_bytes), metrics FROM measurements "
            "WHERE run = ? AND status <> 'running' GROUP BY experiment",
            (run,),
        )
        return {
            experiment: (
                peak,
                codec.printed_numbers(metrics),
            )
            for experiment, peak, metrics in found
        }
