"""Experiments that try what another one tries: by the change itself, and by the title."""

from __future__ import annotations

from orgloop.ledger import codec
from orgloop.ledger.database import Database, Value
from orgloop.ledger.experiments import Experiments
from orgloop.ledger.rows import ExperimentRow
from orgloop.ledger.titles import ALIKE, WINDOW, alikeness, title_key

_SELECT = f"SELECT {codec.EXPERIMENT} FROM experiments"


class Lookalikes:
    """Bounded, indexed reads of ``experiments``."""

    def __init__(self, database: Database, experiments: Experiments) -> None:
        self._database = database
        self._experiments = experiments

    def with_fingerprint(
        self, run: str, fingerprint: str, but: str, limit: int = 20
    ) -> list[ExperimentRow]:
        """Others whose normalised diff is the same, whenever they began, the latest first."""
        return self._all(
            "run = ? AND fingerprint = ? AND number <> ? ORDER BY number DESC LIMIT ?",
            (run, fingerprint, codec.experiment_number(but), limit),
        )

    def like(self, run: str, experiment: ExperimentRow, limit: int = 3) -> list[ExperimentRow]:
        """Others with nearly the same title, the most alike first; see :mod:`.titles`.

        Looks for the same words in the whole run, and for nearly the same in what is in flight
        and in the latest few hundred to finish.
        """
        key, own = title_key(experiment.title), experiment.number
        if not key:
            return []
        same = self._all(
            "run = ? AND title_key = ? AND title_key <> '' AND number <> ? "
            "ORDER BY number DESC LIMIT ?",
            (run, key, own, limit),
        )
        window = self._database.rows(
            "SELECT number, title_key FROM experiments WHERE run = ? AND ordinal IS NOT NULL "
            "ORDER BY ordinal DESC LIMIT ?",
            (run, WINDOW),
        )
        window += self._database.rows(
            "SELECT number, title_key FROM experiments WHERE run = ? AND status = 'running'", (run,)
        )
        known = {own, *(row.number for row in same)}
        near = sorted(
            (-alikeness(key, other), -number)
            for number, other in window
            if number not in known and alikeness(key, other) >= ALIKE
        )
        rows = [
            self._experiments.get(run, codec.experiment_id(-number)) for _, number in near[:limit]
        ]
        return [*same, *(row for row in rows if row is not None)][:limit]

    def _all(self, condition: str, values: tuple[Value, ...]) -> list[ExperimentRow]:
        found = self._database.rows(f"{_SELECT} WHERE {condition}", values)
        return [codec.experiment_row(cells) for cells in found]
