"""Audits: what each set out to measure, and what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import AuditRow, AuditVerdictRow, Json

SURVIVED = "survived"
KEEPS = (SURVIVED, "unclear", "failed", "gone")
"""What an audit may say of a kept experiment."""
_SELECT = "SELECT run, number, created, best, plan, finished, report FROM audits"
_VERDICT = "audit, experiment, verdict, gain, low, high, why"


class Audits:
    """The ``audits`` and ``audit_verdicts`` tables. Their measurements lie with all others."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def begin(self, run: str, *, best: str, plan: Mapping[str, Json]) -> AuditRow:
        """Enter the run's next audit before it measures anything."""
        with self._database.transaction():
            latest = self.latest(run)
            number = latest.number + 1 if latest else 1
            now = self._database.clock()
            self._database.insert(
                "INSERT INTO audits (run, number, created, best, plan) VALUES (?, ?, ?, ?, ?)",
                (run, number, now, best, codec.to_json(plan)),
            )
            self._journal.append(events.AuditStarted(at=now, run=run, audit=number, best=best))
        return AuditRow(run, number, now, best, dict(plan))

    def amend(self, run: str, number: int, plan: Mapping[str, Json]) -> None:
        """Replace the plan of an audit that goes on."""
        with self._database.transaction():
            self._database.write(
                "UPDATE audits SET plan = ? WHERE run = ? AND number = ? AND finished IS NULL",
                (codec.to_json(plan), run, number),
            )

    def finish(
        self,
        run: str,
        number: int,
        *,
        report: Mapping[str, Json],
        verdicts: Sequence[AuditVerdictRow],
        headline: str,
        kept: int,
    ) -> bool:
        """Record what was found, once; False, and no change, where it is on record already."""
        with self._database.transaction():
            now = self._database.clock()
            changed = self._database.write(
                "UPDATE audits SET finished = ?, report = ? "
                "WHERE run = ? AND number = ? AND finished IS NULL",
                (now, codec.to_json(report), run, number),
            )
            if not changed:
                return False
            for row in verdicts:
                self._database.insert(
                    f"INSERT INTO audit_verdicts (run, {_VERDICT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        run,
                        number,
                        row.experiment,
                        row.verdict,
                        row.gain,
                        row.low,
                        row.high,
                        storable(row.why),
                    ),
                )
            self._journal.append(
                events.AuditFinished(
                    at=now,
                    run=run,
                    audit=number,
                    headline=storable(headline),
                    survived=sum(row.verdict == SURVIVED for row in verdicts),
                    kept=kept,
                )
            )
        return True

    def all(self, run: str) -> list[AuditRow]:
        """Every audit of the run, oldest first."""
        found = self._database.rows(f"{_SELECT} WHERE run = ? ORDER BY number", (run,))
        return [_row(cells) for cells in found]

    def latest(self, run: str) -> AuditRow | None:
        """The audit that was begun last."""
        row = self._database.row(f"{_SELECT} WHERE run = ? ORDER BY number DESC LIMIT 1", (run,))
        return _row(row) if row else None

    def verdicts(self, run: str) -> dict[str, AuditVerdictRow]:
        """What the latest finished audit says, by experiment; empty before the first."""
        found = self._database.rows(
            f"SELECT {_VERDICT} FROM audit_verdicts WHERE run = ? AND audit = "
            "(SELECT max(audit) FROM audit_verdicts WHERE run = ?)",
            (run, run),
        )
        return {cells[1]: AuditVerdictRow(*cells) for cells in found}


def _row(cells: Cells) -> AuditRow:
    run, number, created, best, plan, finished, report = cells
    found = None if report is None else codec.from_json(report)
    return AuditRow(run, number, created, best, codec.from_json(plan), finished, found)
