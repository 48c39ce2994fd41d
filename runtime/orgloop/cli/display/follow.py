"""Reads the run's state a few times a second, on a thread and a connection of its own.

So a slow terminal never holds up the lab, and what is shown is what is on record.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger, RunStatus

PERIOD = 0.25
"""Seconds between two looks."""


class Screen(Protocol):
    """Shows a run's state."""

    def show(self, status: RunStatus) -> None:
        """Bring what is shown up to date; called from one thread."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


class Follower:
    """Feeds a screen from the ledger until it is closed."""

    def __init__(self, ledger: Path, run: str, screen: Screen) -> None:
        self._ledger = ledger
        self._run = run
        self._screen = screen
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="orgloop-display", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Show the last state and stop."""
        self._closing.set()
        self._thread.join()

    def _follow(self) -> None:
        try:
            with Ledger.read_only(self._ledger) as ledger:
                while not self._closing.wait(PERIOD):
                    self._look(ledger)
                self._look(ledger)
        finally:
            self._screen.close()

    def _look(self, ledger: Ledger) -> None:
        try:
            status = ledger.views.status(self._run)
        except LedgerError:
            return  # the ledger is busy: there is another look in a moment
        if status is not None:
            self._screen.show(status)
