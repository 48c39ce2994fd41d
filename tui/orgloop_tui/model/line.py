"""An experiment as a line of the table and a point of the curve."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger import PointRow, Standing
from orgloop.ledger.plain import one_line

RUNNING = "running"
TITLE = 200
"""Characters of a title that are held."""


@dataclass(frozen=True, slots=True)
class Line:
    """One experiment. Its texts are plain: no escapes, and no line breaks."""

    id: str
    status: str
    """``running``, ``keep``, ``discard`` or ``crash``."""
    title: str
    reason: str
    generation: int
    created: float
    node: str = ""
    """Where it stands while it runs; empty between two nodes."""
    visit: int = 1
    measuring: int = 0
    """Its measurements that a bench slot runs now."""
    since: float = 0.0
    """Unix time at which it came to its node."""
    asks: bool = False
    """It waits for a person's answer."""
    value: float | None = None
    stderr: float | None = None
    gain: float | None = None
    finished: float | None = None
    tokens: int = 0
    cost_usd: float = 0.0
    overruled: bool = False
    ordinal: int = 0
    """Its place among those that finished, from 1; 0 while it runs."""

    @property
    def number(self) -> int:
        """The id as a number: 7 for ``e0007``."""
        return int(self.id[1:])

    @property
    def where(self) -> str:
        """In words: what became of it, or where it is now."""
        if self.status != RUNNING:
            return "overruled" if self.overruled else ENDINGS.get(self.status, self.status)
        if self.asks:
            return f"{self.node} asks you"
        if self.node == "bench":
            return "on the bench" if self.measuring else "waits for a slot"
        again = f" ({self.visit})" if self.visit > 1 else ""
        return f"{self.node}{again}" if self.node else "on its way"


ENDINGS = {"keep": "kept", "discard": "discarded", "crash": "crashed"}


def of_point(row: PointRow) -> Line:
    """A finished experiment."""
    return Line(
        id=row.id,
        status=row.status,
        title=one_line(row.title, TITLE),
        reason=one_line(row.reason, TITLE),
        generation=row.generation,
        created=row.created,
        value=row.value,
        stderr=row.stderr,
        gain=row.gain,
        finished=row.finished,
        tokens=row.tokens,
        cost_usd=row.cost_usd,
        overruled=row.overruled,
        ordinal=row.ordinal,
    )


def of_standing(standing: Standing, *, asks: bool = False) -> Line:
    """One in flight, as it stands."""
    row = standing.experiment
    return Line(
        id=row.id,
        status=RUNNING,
        title=one_line(row.title, TITLE),
        reason="",
        generation=row.generation,
        created=row.created,
        node=one_line(standing.node, 80),
        visit=standing.visit,
        measuring=standing.measuring,
        since=standing.since,
        asks=asks,
        value=row.value,
        stderr=row.stderr,
        tokens=row.tokens,
        cost_usd=row.cost_usd,
    )
