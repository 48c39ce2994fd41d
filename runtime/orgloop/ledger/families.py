"""What was tried again and again, counted as it goes: forty failed learning rates are one line.

Experiments that touch the same places make a family, and so do crashes of the same cause. The
table is kept in the transaction in which an experiment ends, so a digest reads a few rows of it
however long the history.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database
from orgloop.ledger.plain import one_line
from orgloop.ledger.rows import FamilyRow

Kind = Literal["places", "cause"]

_SELECT = (
    "SELECT name, tried, kept, crashed, failed, best, best_number, last_number FROM families "
    "WHERE run = ? AND kind = ?"
)
_NUMBER = re.compile(r"(?<![A-Za-z_])[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+")
_PATH = re.compile(r"(?:/[\w.+-]+){2,}/?")
PLACES = 3
"""Places that a family is named by; what touches more of them says so."""


def family_name(places: Sequence[str]) -> str:
    """``train.py:LR, train.py:WIDTH``: the places of a change, a few and sorted."""
    shown = sorted({one_line(place, 80) for place in places})
    more = len(shown) - PLACES
    return ", ".join(shown[:PLACES]) + (f" and {more} more" if more > 0 else "")


def cause_name(reason: str) -> str:
    """A crash's reason without what differs from run to run: numbers and paths."""
    return one_line(_NUMBER.sub("#", _PATH.sub("…", one_line(reason, 400))), 160)


class Families:
    """The ``families`` table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(
        self, run: str, kind: Kind, name: str, *, number: int, status: str, gain: float | None
    ) -> None:
        """Add an experiment that has just ended, within its transaction."""
        if not name:
            return
        kept, crashed = int(status == "keep"), int(status == "crash")
        self._database.write(
            "INSERT INTO families (run, kind, name, tried, kept, crashed, failed, best, "
            "best_number, last_number) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (run, kind, name) DO UPDATE SET tried = tried + 1, "
            "kept = kept + excluded.kept, crashed = crashed + excluded.crashed, "
            "failed = failed + excluded.failed, last_number = excluded.last_number, "
            "best_number = CASE WHEN excluded.best > coalesce(best, -9e999) "
            "THEN excluded.best_number ELSE best_number END, "
            "best = CASE WHEN excluded.best > coalesce(best, -9e999) "
            "THEN excluded.best ELSE best END",
            (
                *(run, kind, name, kept, crashed, 1 - kept, gain),
                *(None if gain is None else number, number),
            ),
        )

    def move(self, run: str, places: str, *, kept: int) -> None:
        """An experiment of these places is kept after all (1), or after all not (-1)."""
        self._database.write(
            "UPDATE families SET kept = kept + ?, failed = failed - ? "
            "WHERE run = ? AND kind = 'places' AND name = ?",
            (kept, kept, run, places),
        )

    def failing(self, run: str, kind: Kind, limit: int = 6) -> list[FamilyRow]:
        """Those with the most failures, the most first."""
        found = self._database.rows(f"{_SELECT} ORDER BY failed DESC LIMIT ?", (run, kind, limit))
        return [_row(cells) for cells in found]


def _row(cells: Cells) -> FamilyRow:
    name, tried, kept, crashed, failed, best, best_number, last_number = cells
    at_best = None if best_number is None else codec.experiment_id(best_number)
    last = codec.experiment_id(last_number)
    return FamilyRow(name, tried, kept, crashed, failed, best, at_best, last)
