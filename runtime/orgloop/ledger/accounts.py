"""Sums over a whole run, for reports: what was spent on what, and where experiments ended.

Each reads the run's history once, so none is asked while walks are waiting for the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.ledger.database import Database
from orgloop.ledger.plain import one_line
from orgloop.ledger.verbs import BY_PERSON

STATIONS = ("bench", "keep", "discard")


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and dollars."""

    input_tokens: int = 0
    """Cached ones included."""
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unpriced_tokens: int = 0
    """Tokens whose cost nobody knows: ``cost_usd`` is without them."""

    @property
    def tokens(self) -> int:
        """Everything that went through a model."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class RoleAccount:
    """One role's work over a run."""

    role: str
    engines: tuple[str, ...]
    visits: int
    failures: int
    """Visits that ended in an error."""
    mean_s: float
    """Seconds from entering the node to its result, waiting for money or an outage included."""
    longest_s: float
    spent: Spent


@dataclass(frozen=True, slots=True)
class GroupAccount:
    """Experiments that have something in common."""

    name: str
    experiments: int
    kept: int
    spent: Spent


@dataclass(frozen=True, slots=True)
class SlotAccount:
    """One place on the bench."""

    slot: int
    measurements: int
    busy_s: float


_SPENT = (
    "sum(s.input_tokens), sum(s.cached_tokens), sum(s.output_tokens), sum(s.cost_usd), "
    "sum(s.unpriced_tokens)"
)
_OF_STEPS = (
    "SELECT {name}, count(DISTINCT e.number), "
    "count(DISTINCT CASE WHEN e.status = 'keep' THEN e.number END), " + _SPENT + " "
    "FROM experiments e JOIN steps s ON s.run = e.run "
    "AND s.experiment = printf('e%04d', e.number) WHERE e.run = ? {more} GROUP BY 1 ORDER BY 1"
)


class Accounts:
    """What a run spent, by role, generation, outcome and end."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_role(self, run: str) -> list[RoleAccount]:
        """Each role that was asked, the slowest first; roles outside the flow included."""
        found = self._database.rows(
            "SELECT s.node, group_concat(DISTINCT s.engine), count(*), sum(s.error <> ''), "
            "avg(max(0.0, s.finished - s.started)), max(max(0.0, s.finished - s.started)), "
            f"{_SPENT} FROM steps s WHERE s.run = ? AND s.finished IS NOT NULL "
            "AND s.node NOT IN (?, ?, ?) GROUP BY s.node ORDER BY 5 DESC, 1",
            (run, *STATIONS),
        )
        return [
            RoleAccount(
                role,
                tuple(sorted(name for name in (engines or "").split(",") if name)),
                visits,
                failures,
                mean,
                longest,
                Spent(*spent),
            )
            for role, engines, visits, failures, mean, longest, *spent in found
        ]

    def by_generation(self, run: str) -> list[GroupAccount]:
        """Each generation's experiments, oldest first, those in flight included."""
        return self._groups(run, "e.generation", "")

    def by_outcome(self, run: str) -> list[GroupAccount]:
        """``crash``, ``discard``, ``keep`` and ``running``."""
        return self._groups(run, "e.status", "")

    def by_end(self, run: str) -> list[GroupAccount]:
        """Experiments that were not kept, by the node that they came to last, or a person."""
        persons = " OR ".join(f"e.reason LIKE '{begins}%'" for begins in BY_PERSON.values())
        last = (
            f"CASE WHEN e.status = 'discard' AND ({persons}) THEN 'a person' ELSE "
            "(SELECT l.node FROM steps l WHERE l.run = e.run "
            "AND l.experiment = printf('e%04d', e.number) ORDER BY l.rowid DESC LIMIT 1) END"
        )
        found = self._groups(run, last, "AND e.status IN ('discard', 'crash')")
        return sorted(found, key=lambda group: (-group.experiments, group.name))

    def outside_the_flow(self, run: str) -> Spent:
        """What roles on a cadence cost: it belongs to no experiment."""
        row = self._database.row(
            f"SELECT {_SPENT} FROM steps s WHERE s.run = ? AND s.experiment = 'cadence'", (run,)
        )
        return Spent(*row) if row and row[0] is not None else Spent()

    def by_slot(self, run: str) -> list[SlotAccount]:
        """What each slot of the bench did."""
        found = self._database.rows(
            "SELECT slot, count(*), sum(wall_s) FROM measurements WHERE run = ? "
            "AND status <> 'running' AND slot IS NOT NULL GROUP BY slot ORDER BY slot",
            (run,),
        )
        return [SlotAccount(*cells) for cells in found]

    def dearest_experiments(self, run: str, limit: int = 5) -> list[tuple[str, str, int, float]]:
        """Id, title, tokens and dollars of those that cost most; none that cost nothing."""
        found = self._database.rows(
            "SELECT printf('e%04d', number), title, tokens, cost_usd FROM experiments "
            "WHERE run = ? AND (tokens > 0 OR cost_usd > 0) "
            "ORDER BY cost_usd DESC, tokens DESC, number LIMIT ?",
            (run, limit),
        )
        return [(id, one_line(title, 120), tokens, cost) for id, title, tokens, cost in found]

    def _groups(self, run: str, name: str, more: str) -> list[GroupAccount]:
        found = self._database.rows(_OF_STEPS.format(name=name, more=more), (run,))
        return [
            GroupAccount(str(name or "on its way"), count, kept, Spent(*spent))
            for name, count, kept, *spent in found
        ]
