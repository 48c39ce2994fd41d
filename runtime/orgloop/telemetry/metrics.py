"""Metrics of each finished experiment, to trackio: its calls are W&B's, and it keeps them here.

Where they are kept, or sent to, is trackio's own affair: ``TRACKIO_DIR``, ``TRACKIO_SPACE_ID``.
"""

from __future__ import annotations

import contextlib
import io

import trackio

from orgloop import events
from orgloop.ledger import Ledger


class TrackioMetrics:
    """One run of a trackio project. A run that is resumed goes on in it."""

    name = "trackio"

    def __init__(self, project: str, run: str) -> None:
        with _quiet():
            self._run = trackio.init(
                project,
                name=run,
                resume="allow",
                embed=False,
                auto_log_cpu=False,
                auto_log_gpu=False,
            )

    def hear(self, event: events.Event, ledger: Ledger) -> None:
        """Log an experiment that has finished."""
        if not isinstance(event, events.ExperimentFinished) or event.run is None:
            return
        row = ledger.experiments.get(event.run, event.experiment or "")
        claim = ledger.claims.of(event.run)
        counts = ledger.runs.counts(event.run)
        logged: dict[str, float] = {
            "kept": float(event.status == "keep"),
            "kept_total": float(counts.kept),
            "crashed_total": float(counts.crashed),
            "tokens_total": float(counts.tokens),
            "usd_total": counts.cost_usd,
        }
        if event.value is not None:
            logged["value"] = event.value
        if claim is not None:
            logged["best"] = claim.best.value
        step = counts.finished
        if row is not None:
            logged |= {"tokens": float(row.tokens), "usd": row.cost_usd}
            step = row.ordinal or step
        self._run.log(logged, step=step)

    def close(self) -> None:
        """Write what is left."""
        with _quiet():
            self._run.finish()  # type: ignore[no-untyped-call]  # it has no types


def _quiet() -> contextlib.redirect_stdout[io.StringIO]:
    """It prints to stdout, which is for a run's own result."""
    return contextlib.redirect_stdout(io.StringIO())
