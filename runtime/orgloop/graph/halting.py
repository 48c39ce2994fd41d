"""Ends an experiment that is in flight because a person says so, once and as a whole."""

from __future__ import annotations

import time
from dataclasses import replace

from orgloop.graph.context import WalkContext
from orgloop.graph.exits import learn_of_discard, refuse
from orgloop.graph.suspend import Halt
from orgloop.ledger import Ledger, MeasurementRow

STOPPED = "stopped"
"""The kind of crash of a training run that was killed for a person."""
DONE = "done"


async def end_halted(experiment: str, halt: Halt, context: WalkContext, *, live: bool) -> None:
    """Discard an experiment whose walk has been set down, and answer whoever asked for it.

    ``live`` says that it was being walked until now, so that the bench's time is counted. Does
    nothing to one that has ended by itself meanwhile.
    """

    def work() -> None:
        if put_halt(context.ledger, context.run, experiment, halt, live=live):
            context.ledger.sync()
            learn_of_discard(experiment, context)

    await context.offload.ledger(work)


def put_halt(ledger: Ledger, run: str, experiment: str, halt: Halt, *, live: bool = False) -> bool:
    """Put the end on record, in one transaction with the answer; False where it had ended.

    What was begun is closed: steps, questions to people, messages that a brief held, and
    measurements, whose runs are gone. What was measured stays.
    """
    with ledger.transaction():
        row = ledger.experiments.get(run, experiment)
        if row is None or row.status != "running":
            return False
        steps = ledger.steps.of(run, experiment)
        for step in steps:
            if step.finished is None:
                ledger.questions.close(run, experiment, step.node, step.visit)
                ledger.messages.settle(step.node, run, experiment, step.visit, answered=False)
                ledger.steps.finish(replace(step, note=halt.reason, commit=row.commit))
        for measurement in ledger.measurements.of(run, experiment):
            if measurement.status == "running":
                spent = time.time() - measurement.started if live else 0.0
                close_measurement(ledger, measurement, halt.reason, spent)
        refuse(ledger, run, experiment, "discard", halt.reason, steps)
        ledger.commands.answer(halt.command, DONE, f"{experiment} is discarded. {halt.reason}")
    return True


def close_measurement(
    ledger: Ledger, row: MeasurementRow, reason: str, wall_s: float = 0.0
) -> None:
    """Put on record that a measurement was killed, after so much time of a slot's."""
    ledger.measurements.finish(
        row.id,
        value=None,
        crash={"kind": STOPPED, "step": "run", "message": reason, "tail": ""},
        wall_s=max(0.0, wall_s),
    )
