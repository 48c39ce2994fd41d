"""How an organization has been doing of late: where experiments end, and who works how long.

Read over a window of the latest experiments, so that it costs the same however long the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.ledger.accounts import STATIONS
from orgloop.ledger.database import Database


@dataclass(frozen=True, slots=True)
class RoleWork:
    """One role's part in those experiments."""

    name: str
    visits: int
    ended: int
    """Experiments that ended with it, before anything was measured."""
    mean_s: float
    tokens: int


@dataclass(frozen=True, slots=True)
class OrgWork:
    """The latest finished experiments together."""

    experiments: int
    measured: int
    kept: int
    crashed: int
    effects: Sequence[float]
    """First measured gains, newest first."""
    bench_s: float
    """Mean seconds of a bench run; 0 where there was none."""
    roles: Sequence[RoleWork]
    """In the order of their names."""


class Organization:
    """Reads steps and experiments as the work of an organization."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, run: str, limit: int) -> OrgWork:
        """Of the ``limit`` latest experiments those that have finished."""
        row = self._database.row("SELECT started FROM totals WHERE run = ?", (run,))
        low = max(0, (row[0] if row else 0) - limit)
        found = self._database.rows(
            "SELECT status, effect FROM experiments WHERE run = ? AND number > ? "
            "AND ordinal IS NOT NULL ORDER BY number DESC",
            (run, low),
        )
        effects = [effect for _, effect in found if effect is not None]
        statuses = [status for status, _ in found]
        seconds = self._database.row(
            "SELECT avg(m.wall_s) FROM experiments e JOIN measurements m ON m.run = e.run "
            "AND m.experiment = printf('e%04d', e.number) "
            "WHERE e.run = ? AND e.number > ? AND m.status = 'ok'",
            (run, low),
        )
        return OrgWork(
            len(found),
            len(effects),
            statuses.count("keep"),
            statuses.count("crash"),
            effects,
            float(seconds[0]) if seconds and seconds[0] is not None else 0.0,
            self._roles(run, low),
        )

    def _roles(self, run: str, low: int) -> list[RoleWork]:
        work = self._database.rows(
            "SELECT s.node, count(*), avg(max(0.0, s.finished - s.started)), "
            "sum(s.input_tokens + s.output_tokens) FROM experiments e JOIN steps s "
            "ON s.run = e.run AND s.experiment = printf('e%04d', e.number) "
            "WHERE e.run = ? AND e.number > ? AND s.finished IS NOT NULL "
            "AND s.node NOT IN (?, ?, ?) GROUP BY s.node ORDER BY s.node",
            (run, low, *STATIONS),
        )
        ended: dict[str, int] = dict(
            self._database.rows(
                "SELECT (SELECT l.node FROM steps l WHERE l.run = e.run "
                "AND l.experiment = printf('e%04d', e.number) AND l.node NOT IN (?, ?, ?) "
                "ORDER BY l.rowid DESC LIMIT 1) AS last, count(*) FROM experiments e "
                "WHERE e.run = ? AND e.number > ? AND e.status = 'discard' "
                "AND e.effect IS NULL GROUP BY last",
                (*STATIONS, run, low),
            )
        )
        return [
            RoleWork(name, visits, ended.get(name, 0), mean, tokens)
            for name, visits, mean, tokens in work
        ]
