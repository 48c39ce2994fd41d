"""How far a set of trials is, told on stderr."""

from __future__ import annotations

import sys
import time

from orgloop.cli.reading import remark
from orgloop.tune.tournament import Standings

_EVERY = 2.0
"""Seconds between two lines of progress where stderr is no terminal."""


class TrialsProgress:
    """One line that is written over at a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = time.monotonic()
        self._open = False

    def done(self, at: Standings) -> None:
        """After each trial."""
        text = f"  {at.done} of {at.total} trials"
        if self._terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            remark(text)

    def close(self) -> None:
        """Leave the terminal's line."""
        if self._open:
            print(file=sys.stderr)
            self._open = False
