"""Experiments as points of a run's progress: what a display holds of each, thousands of them.

Finished ones are asked for by their ordinal, so whoever watches a run reads each of them once.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database

_SELECT = (
    "SELECT number, status, title, reason, value, stderr, gain, generation, created, finished, "
    "tokens, cost_usd, overruled, ordinal FROM experiments WHERE run = ? AND ordinal > ? "
    "ORDER BY ordinal LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class PointRow:
    """A finished experiment, without what takes long to decode."""

    id: str
    status: str
    """``keep``, ``discard`` or ``crash``."""
    title: str
    reason: str
    value: float | None
    stderr: float | None
    gain: float | None
    """Over the incumbent that it met; positive is better."""
    generation: int
    created: float
    finished: float
    tokens: int
    cost_usd: float
    overruled: bool
    ordinal: int
    """Its place in the order in which experiments finished, from 1."""


class Points:
    """Reads of ``experiments`` in the order in which they finished."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, run: str, ordinal: int, limit: int = 20_000) -> list[PointRow]:
        """The experiments that finished after the one with this ordinal (0: all), oldest first."""
        found = self._database.rows(_SELECT, (run, ordinal, limit))
        return [PointRow(codec.experiment_id(cells[0]), *_shown(cells)) for cells in found]


def _shown(cells: Cells) -> Cells:
    """The cells behind the number, as a point has them."""
    return (*cells[1:12], bool(cells[12]), cells[13])
