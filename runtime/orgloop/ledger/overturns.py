"""What a person overturns: a keep that is vetoed, a discard that is kept against the referee."""

from __future__ import annotations

from orgloop import events
from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.evidence import EvidenceWindow
from orgloop.ledger.experiments import Experiments
from orgloop.ledger.families import Families
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.journal import Journal
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import ExperimentRow


class Overturns:
    """Changes the end of a finished experiment, with the totals that count it."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        experiments: Experiments,
        incumbents: Incumbents,
        evidence: EvidenceWindow,
    ) -> None:
        self._database = database
        self._journal = journal
        self._experiments = experiments
        self._incumbents = incumbents
        self._evidence = evidence
        self._families = Families(database)

    def veto(self, run: str, id: str, reason: str) -> bool:
        """Make a discard of the keep at the head of the branch, and go back to the one before.

        False, and no change, where it is no keep or not at the head.
        """
        with self._database.transaction():
            row = self._experiments.get(run, id)
            head = self._incumbents.current(run)
            if row is None or row.status != "keep" or head is None or head.experiment != id:
                return False
            reason = storable(reason)
            self._database.write(
                "UPDATE experiments SET status = 'discard', reason = ?, overruled = 0, "
                "conceded = NULL WHERE run = ? AND number = ?",
                (reason, run, row.number),
            )
            self._incumbents.withdraw(run)
            self._database.write(
                "UPDATE totals SET kept = kept - 1, discarded = discarded + 1, "
                "overruled = overruled - ?, simplified = simplified - ?, "
                "conceded = conceded - ?, streak = finished - ? WHERE run = ?",
                (
                    row.overruled,
                    row.conceded is not None,
                    row.conceded or 0.0,
                    self._last_keep(run),
                    run,
                ),
            )
            self._families.move(run, self._places(row), kept=-1)
            self._tell(row, "discard", reason)
        return True

    def overrule(
        self,
        run: str,
        id: str,
        reason: str,
        *,
        commit: str,
        base: str,
        value: float,
        stderr: float | None,
        gain: float | None,
    ) -> bool:
        """Keep a discard: ``commit``, which stands on the incumbent ``base``, is the head.

        False, and no change, where it is no discard.
        """
        with self._database.transaction():
            row = self._experiments.get(run, id)
            if row is None or row.status != "discard":
                return False
            reason = storable(reason)
            self._database.write(
                "UPDATE experiments SET status = 'keep', reason = ?, commit_id = ?, base = ?, "
                "value = ?, stderr = ?, gain = ?, overruled = 1 WHERE run = ? AND number = ?",
                (reason, commit, base, value, stderr, gain, run, row.number),
            )
            self._database.write(
                "UPDATE totals SET kept = kept + 1, discarded = discarded - 1, "
                "overruled = overruled + 1, streak = 0 WHERE run = ?",
                (run,),
            )
            self._families.move(run, self._places(row), kept=1)
            self._incumbents.promote(run, commit=commit, experiment=id, value=value, stderr=stderr)
            self._tell(row, "keep", reason)
        return True

    def _last_keep(self, run: str) -> int:
        """The place of the head's experiment in the order in which they finished; 0 for none."""
        head = self._incumbents.current(run)
        row = None if head is None else self._experiments.get(run, head.experiment)
        return 0 if row is None or row.ordinal is None else row.ordinal

    def _places(self, row: ExperimentRow) -> str:
        found = self._database.row(
            "SELECT places FROM experiments WHERE run = ? AND number = ?", (row.run, row.number)
        )
        return str(found[0]) if found else ""

    def _tell(self, row: ExperimentRow, status: str, reason: str) -> None:
        self._evidence.forget(row.run, codec.experiment_number(row.id))
        now = self._experiments.get(row.run, row.id)
        assert now is not None, "rows are never deleted"
        self._journal.append(
            events.ExperimentOverturned(
                at=self._database.clock(),
                run=row.run,
                experiment=row.id,
                status=status,
                was=row.status,
                reason=reason,
                title=row.title,
                commit=now.commit,
                value=now.value,
            )
        )
