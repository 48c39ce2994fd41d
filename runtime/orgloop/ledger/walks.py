"""Walks: each experiment with the nodes that it came by, for whoever looks back on a run.

Each call reads that part of the history once. It is for reports and for roles on a cadence, never
for what walks wait for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database, Value
from orgloop.ledger.kinds import FOR_THE_SEARCH
from orgloop.ledger.rows import Json

STATIONS = frozenset({"bench", "keep", "discard"})

_FAILED = "` failed: "
"""As :mod:`orgloop.graph.failure` writes it."""
_EXPERIMENT = (
    "e.number, e.generation, e.status, e.reason, e.commit_id, e.effect, e.gain, e.overruled, "
    "e.conceded, e.fingerprint, e.tokens, e.cost_usd, e.unpriced_tokens"
)
_VISIT = (
    "s.node, s.visit, s.decision, s.commit_id, max(0.0, s.finished - s.started), s.error, s.data, "
    "s.input_tokens + s.output_tokens, s.cost_usd, s.unpriced_tokens"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One finished visit of one node."""

    node: str
    number: int
    """Counted from 1."""
    decision: str | None
    changed: bool
    """It left another change of the code than it found."""
    restarted: bool
    """It left none: the walk's commit is an incumbent."""
    seconds: float
    error: str
    planned: bool
    """It set a plan, or another title than the experiment had."""
    call: str | None
    """The referee's last word, at the bench."""
    tokens: int
    cost_usd: float
    unpriced_tokens: int

    @property
    def failed(self) -> bool:
        """Whether the role could not answer."""
        return _FAILED in self.error


@dataclass(frozen=True, slots=True)
class Walk:
    """One experiment, and how it went."""

    id: str
    generation: int
    status: str
    reason: str
    commit: str | None
    effect: float | None
    gain: float | None
    overruled: bool
    simplified: bool
    fingerprint: str | None
    tokens: int
    cost_usd: float
    unpriced_tokens: int
    measured: bool
    """Whether a measurement of it has not crashed."""
    bench_s: float
    visits: tuple[Visit, ...]
    """Finished ones, in the order in which they began."""

    @property
    def finished(self) -> bool:
        """Whether it has ended."""
        return self.status != "running"

    @property
    def kept(self) -> bool:
        """Whether it became the incumbent."""
        return self.status == "keep"

    @property
    def number(self) -> int:
        """The id as a number."""
        return codec.experiment_number(self.id)


class Walks:
    """Reads walks from ``experiments``, ``steps`` and ``measurements``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(
        self, run: str, *, generation: int | None = None, after: str | None = None
    ) -> list[Walk]:
        """The run's walks in the order in which they began, those in flight included.

        Of one ``generation`` only, and only those that began ``after`` the experiment of this id,
        where given.
        """
        which = "e.run = ? AND e.number > ?"
        values: list[Value] = [run, codec.experiment_number(after or "e0")]
        if generation is not None:
            which += " AND e.generation = ?"
            values.append(generation)
        incumbents = self._database.rows(
            "SELECT commit_id, experiment FROM incumbents WHERE run = ?", (run,)
        )
        visits = self._visits(which, values, dict(incumbents))
        bench = self._bench(which, values)
        rows = self._database.rows(
            f"SELECT {_EXPERIMENT} FROM experiments e WHERE {which} ORDER BY e.number", values
        )
        return [_walk(row, visits.get(row[0], ()), *bench.get(row[0], (0, 0.0))) for row in rows]

    def _visits(
        self, which: str, values: list[Value], incumbents: Mapping[str, str]
    ) -> dict[int, tuple[Visit, ...]]:
        rows = self._database.rows(
            f"SELECT e.number, {_VISIT} FROM experiments e JOIN steps s ON s.run = e.run "
            f"AND s.experiment = printf('e%04d', e.number) WHERE {which} "
            "AND s.finished IS NOT NULL ORDER BY s.rowid",
            values,
        )
        found: dict[int, _Going] = {}
        for row in rows:
            number, cells = row[0], row[1:]
            going = found.setdefault(number, _Going(codec.experiment_id(number)))
            going.come_by(cells, incumbents)
        return {number: tuple(going.visits) for number, going in found.items()}

    def _bench(self, which: str, values: list[Value]) -> dict[int, tuple[int, float]]:
        rows = self._database.rows(
            "SELECT e.number, sum(m.status = 'ok'), sum(m.wall_s) FROM experiments e "
            "JOIN measurements m ON m.run = e.run "
            f"AND m.experiment = printf('e%04d', e.number) WHERE {which} "
            f"AND m.{FOR_THE_SEARCH} GROUP BY e.number",
            values,
        )
        return {number: (ok, seconds) for number, ok, seconds in rows}


class _Going:
    """A walk as its visits are read, one after the other."""

    def __init__(self, id: str) -> None:
        self.visits: list[Visit] = []
        self._id = id
        self._commit: str | None = None
        self._title: Json = None

    def come_by(self, cells: Cells, incumbents: Mapping[str, str]) -> None:
        node, number, decision, commit, seconds, error, raw, tokens, cost, unpriced = cells
        data = codec.from_json(raw)
        title = data.get("title", self._title)
        ruling = data.get("ruling")
        call = ruling.get("call") if isinstance(ruling, dict) else None
        restarted = incumbents.get(commit, self._id) != self._id
        self.visits.append(
            Visit(
                node=node,
                number=number,
                decision=decision,
                changed=commit not in (None, self._commit) and not restarted,
                restarted=restarted,
                seconds=seconds,
                error=error,
                planned=title != self._title or "plan" in data,
                call=call if isinstance(call, str) else None,
                tokens=tokens,
                cost_usd=cost,
                unpriced_tokens=unpriced,
            )
        )
        self._commit, self._title = commit or self._commit, title


def _walk(row: Cells, visits: tuple[Visit, ...], ok: int, bench_s: float) -> Walk:
    (number, generation, status, reason, commit, effect, gain, overruled, conceded) = row[:9]
    fingerprint, tokens, cost, unpriced = row[9:]
    return Walk(
        id=codec.experiment_id(number),
        generation=generation,
        status=status,
        reason=reason,
        commit=commit,
        effect=effect,
        gain=gain,
        overruled=bool(overruled),
        simplified=conceded is not None,
        fingerprint=fingerprint,
        tokens=tokens,
        cost_usd=cost,
        unpriced_tokens=unpriced,
        measured=ok > 0,
        bench_s=bench_s,
        visits=visits,
    )
