"""What embedded engines learn from: a window on the run that does not grow with it."""

from __future__ import annotations

from orgloop.ledger import codec
from orgloop.ledger.database import Cells, Database
from orgloop.ledger.incumbents import Incumbents
from orgloop.ledger.rows import CountsRow, EvidenceRow, TrialRow
from orgloop.ledger.runs import Runs

_TRIAL = "number, params, replaced, score, status, reason"
_REMEMBERED = 1000


class EvidenceWindow:
    """Gathers the best trials, the latest ones and those in flight, by index."""

    def __init__(self, database: Database, runs: Runs, incumbents: Incumbents) -> None:
        self._database = database
        self._runs = runs
        self._incumbents = incumbents
        # Only a person changes a finished trial, and decoding its parameters is most of the cost.
        self._finished: dict[tuple[str, int], TrialRow] = {}

    def gather(self, run: str, goal: str, best: int = 50, latest: int = 50) -> EvidenceRow:
        """The evidence of ``run``; ``goal`` is ``minimize`` or ``maximize``.

        Trials are the ``best`` by plain mean, the ``latest`` to finish and all in flight, each
        once, in the order in which they were begun.
        """
        direction = "DESC" if goal == "maximize" else "ASC"
        numbers = {
            cells[0]
            for cells in self._database.rows(
                "SELECT number FROM experiments WHERE run = ? AND score IS NOT NULL "
                f"ORDER BY score {direction} LIMIT ?",
                (run, best),
            )
        }
        numbers.update(
            cells[0]
            for cells in self._database.rows(
                "SELECT number FROM experiments WHERE run = ? AND ordinal IS NOT NULL "
                "ORDER BY ordinal DESC LIMIT ?",
                (run, latest),
            )
        )
        trials = {number: self._trial(run, number) for number in numbers}
        running = self._database.rows(
            f"SELECT {_TRIAL} FROM experiments WHERE run = ? AND status = 'running'", (run,)
        )
        trials.update((cells[0], _row(cells)) for cells in running)
        current, baseline = self._incumbents.current(run), self._incumbents.baseline(run)
        counts: CountsRow = self._runs.counts(run)
        return EvidenceRow(
            tuple(trials[number] for number in sorted(trials)),
            current.value if current else None,
            baseline.value if baseline else None,
            counts.noise_sd,
            counts.finished,
            counts.streak,
        )

    def forget(self, run: str, number: int) -> None:
        """Read a finished trial again: a person has overturned what became of it."""
        self._finished.pop((run, number), None)

    def _trial(self, run: str, number: int) -> TrialRow:
        known = self._finished.get((run, number))
        if known is not None:
            return known
        cells = self._database.row(
            f"SELECT {_TRIAL} FROM experiments WHERE run = ? AND number = ?", (run, number)
        )
        assert cells is not None, "rows are never deleted"
        row = _row(cells)
        if len(self._finished) >= _REMEMBERED:
            self._finished.clear()
        self._finished[run, number] = row
        return row


def _row(cells: Cells) -> TrialRow:
    number, params, replaced, score, status, reason = cells
    return TrialRow(
        codec.experiment_id(number),
        codec.from_json(params),
        score,
        status,
        reason,
        codec.from_json(replaced),
    )
