"""The ledger: everything that the lab knows, in one file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from orgloop.ledger.accounts import Accounts
from orgloop.ledger.amendments import Amendments
from orgloop.ledger.audits import Audits
from orgloop.ledger.calls import Calls
from orgloop.ledger.claims import Claims
from orgloop.ledger.commands import Commands
from orgloop.ledger.database import Database, Transaction
from orgloop.ledger.evidence import EvidenceWindow
from orgloop.ledger.experiments import Experiments
from orgloop.ledger.families import Families
from orgloop.ledger.generations import Generations
from orgloop.ledger.hindsight import Hindsight
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.journal import Journal
from orgloop.ledger.lines import Lines
from orgloop.ledger.lookalikes import Lookalikes
from orgloop.ledger.measurements import Measurements
from orgloop.ledger.messages import Messages
from orgloop.ledger.overturns import Overturns
from orgloop.ledger.points import Points
from orgloop.ledger.problems import OpenProblems
from orgloop.ledger.questions import Questions
from orgloop.ledger.rows import EvidenceRow
from orgloop.ledger.runs import Runs
from orgloop.ledger.sides import Sides
from orgloop.ledger.steps import Steps
from orgloop.ledger.tail import Tail
from orgloop.ledger.views import Views

STATE_DIR = ".orgloop"
"""Where a lab keeps what is its own."""
_FILE = "lab.db"


def ledger_path(lab: Path) -> Path:
    """Where the ledger of the lab in this directory is, or will be."""
    return lab / STATE_DIR / _FILE


class Ledger:
    """A lab's record. Synchronous; from asyncio, call it on one worker thread.

    Every method that writes does so in one transaction, together with the event that tells of
    it, and raises :class:`~orgloop.errors.LedgerError` where it cannot. Calls that belong
    together are put in ``with ledger.transaction():``.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.path = database.path
        journal = Journal(database)
        self.runs = Runs(database, journal)
        self.generations = Generations(database, journal)
        self.amendments = Amendments(database, journal)
        self.incumbents = Incumbents(database, journal)
        self.experiments = Experiments(database, journal, self.incumbents)
        self.steps = Steps(database, journal)
        self.calls = Calls(database)
        self.accounts = Accounts(database)
        self.hindsight = Hindsight(database, self.runs)
        self.measurements = Measurements(database, journal)
        self.audits = Audits(database, journal)
        self.commands = Commands(database, journal)
        self.messages = Messages(database, journal)
        self.questions = Questions(database, journal)
        self.problems = OpenProblems(database, journal)
        self.sides = Sides(database)
        self.tail = Tail(database)
        self.lines = Lines(database)
        self.points = Points(database)
        self.families = Families(database)
        self.lookalikes = Lookalikes(database, self.experiments)
        self._evidence = EvidenceWindow(database, self.runs, self.incumbents)
        self.claims = Claims(self.experiments, self.incumbents)
        self.overturns = Overturns(
            database, journal, self.experiments, self.incumbents, self._evidence
        )
        self.views = Views(
            database,
            self.runs,
            self.experiments,
            self.incumbents,
            self.claims,
            self.generations,
            self.problems,
            self.questions,
        )

    @classmethod
    def open(
        cls, path: Path, *, busy_s: float = 5.0, clock: Callable[[], float] = time.time
    ) -> Self:
        """Open for writing, making what is missing.

        ``busy_s`` is how long a write waits for another process. Raises
        :class:`~orgloop.errors.LedgerError`.
        """
        return cls(Database.open(path, busy_s=busy_s, clock=clock))

    @classmethod
    def read_only(cls, path: Path, *, clock: Callable[[], float] = time.time) -> Self:
        """Open for reading, beside a running lab or on a read-only disk.

        Raises :class:`~orgloop.errors.LedgerError`, also where there is no ledger.
        """
        return cls(Database.read_only(path, clock=clock))

    def transaction(self) -> Transaction:
        """Make all that is written in the ``with`` block one transaction."""
        return self._database.transaction()

    def evidence(self, run: str, goal: str, best: int = 50, latest: int = 50) -> EvidenceRow:
        """What embedded engines learn from; see :class:`~orgloop.ledger.evidence`."""
        return self._evidence.gather(run, goal, best, latest)

    def trace(self, listener: Callable[[str], object] | None) -> None:
        """Pass every SQL statement to ``listener``: for tests and for profiling."""
        self._database.trace(listener)

    def sync(self) -> None:
        """Make what is on record survive a loss of power, too: a quarter of a millisecond or so."""
        self._database.sync()

    def confirm(self) -> None:
        """See that what is written here is what others read; raises LedgerError where not.

        A file that was deleted meanwhile is written again first, from what this connection has.
        """
        self._database.confirm()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
