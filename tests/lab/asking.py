"""Somebody at another terminal, who asks things of a lab that runs in this process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from orgloop.cli.requests import Asked, Refused, request
from orgloop.errors import LedgerError
from orgloop.lab.summary import RunSummary
from orgloop.ledger import ExperimentRow, Ledger, ledger_path

from .conftest import SOLO, TinyLab

PATIENCE = 30.0
"""Seconds after which something that should happen does not: far more than it takes."""
ENDLESS = SOLO.replace("budget: {experiments: 4}\n", "")


class Person:
    """What they do runs on a thread beside the lab."""

    def __init__(self, lab: TinyLab) -> None:
        self.lab = lab

    def while_(self, does: Callable[[], object], **options: object) -> RunSummary:
        """Run the lab while the person ``does`` something; raises what went wrong with that."""
        raised: list[BaseException] = []

        def act() -> None:
            try:
                does()
            except BaseException as error:  # noqa: BLE001 - raised on the test's own thread
                raised.append(error)
                self.leave("stop-now")

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        summary = self.lab.run(**options)
        thread.join(PATIENCE)
        for error in raised:
            raise error
        return summary

    def until(self, so: Callable[[Ledger], object]) -> None:
        """Wait for the ledger to say so."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with contextlib.suppress(LedgerError), self.lab.ledger() as ledger:
                if so(ledger):
                    return
            time.sleep(0.02)
        raise AssertionError("it never came to be so")

    def leave(self, verb: str, experiment: str | None = None, **args: object) -> int:
        """Leave a request, and wait for nothing."""
        with Ledger.open(ledger_path(self.lab.root)) as ledger:
            return ledger.commands.ask(verb, args, run="r1", experiment=experiment)

    def ask(self, verb: str, experiment: str | None = None, **args: object) -> Asked:
        """Ask, and wait for the answer."""
        asked = request(self.lab.root, verb, experiment=experiment, args=args, patience=PATIENCE)
        assert asked.state == "done", asked
        return asked

    def refused(self, verb: str, experiment: str | None = None, **args: object) -> str:
        """Ask for what the lab refuses; what it said."""
        try:
            asked = request(
                self.lab.root, verb, experiment=experiment, args=args, patience=PATIENCE
            )
        except Refused as said:
            return str(said)
        raise AssertionError(asked)


def row_of(lab: TinyLab, id: str) -> ExperimentRow:
    with lab.ledger() as ledger:
        row = ledger.experiments.get("r1", id)
    assert row is not None
    return row


def measuring(ledger: Ledger, id: str) -> bool:
    """Whether the bench has begun with it."""
    return any(row.started and row.status == "running" for row in ledger.measurements.of("r1", id))
