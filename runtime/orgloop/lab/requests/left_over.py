"""What a lab that died was measuring for a person, of experiments that had ended."""

from __future__ import annotations

from orgloop.graph.halting import close_measurement
from orgloop.ledger import Ledger

DIED = "The lab ended meanwhile."


def close_left_over(ledger: Ledger, run: str) -> None:
    """Put it on record as cut off: who asked for it is told so, and no walk waits for it."""
    with ledger.transaction():
        for row in ledger.measurements.running(run):
            experiment = ledger.experiments.get(run, row.experiment)
            if experiment is not None and experiment.status != "running":
                close_measurement(ledger, row, DIED)
