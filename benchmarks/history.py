"""A long history in a ledger, written by the ledger's own code; and a process that adds to it.

    python -m benchmarks.history LAB RATE SECONDS

holds the lab as a run does, and writes ``RATE`` events a second into its ledger.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.lab.lock import LabLock
from orgloop.ledger import Ledger, MeasurementRow, StepRow, ledger_path

RUN = "r1"
EVENTS_EACH = 10
"""Events of an experiment that is not kept."""
_BATCH = 500
"""Experiments to a transaction, where nobody waits for them."""
_KEPT_OF = 100
_CRASHED_OF = 25
_TOPICS = ("a wider layer", "a slower decay", "less dropout", "a longer warm-up", "another seed",
           "a larger batch", "a smaller step", "no bias", "norm before", "two heads")  # fmt: skip


@dataclass
class Hand:
    """Writes experiments as a run would, one after another."""

    ledger: Ledger
    clock: Callable[[], float] = time.time
    """The ledger's."""
    pause: float = 0.0
    """Seconds between two events."""

    def __post_init__(self) -> None:
        self._chance = random.Random(5)
        self._due = time.monotonic()
        current = self.ledger.incumbents.current(RUN)
        assert current is not None, "there is a baseline"
        self._base, self.best = current.commit, current.value

    def experiment(self) -> None:
        """One walk through the chart: ten events, one more where it is kept."""
        ledger, chance = self.ledger, self._chance
        id = ledger.experiments.start(RUN, 1, self._base).id
        number = int(id[1:])
        commit = f"{number:040x}"
        self._step(id, "pi", None, f"Try {chance.choice(_TOPICS)} and look at the loss.")
        self._rest()
        begun = ledger.steps.begin(RUN, id, "experimenter", 1)
        self._rest()
        title = f"A {chance.uniform(1, 9):.3f}: {chance.choice(_TOPICS)}"
        ledger.experiments.update(RUN, id, title=title, commit=commit)
        self._rest()
        self._step(id, "experimenter", begun, f"{title}.")
        begun = ledger.steps.begin(RUN, id, "bench", 1)
        self._rest()
        name = ledger.measurements.next_id(RUN, id)
        ledger.measurements.begin(
            MeasurementRow(RUN, name, id, commit, number, "search", "running",
                           self.clock(), slot=0)
        )  # fmt: skip
        self._rest()
        value = self.best - abs(chance.gauss(0, 2.0))
        crashed, kept = number % _CRASHED_OF == 3, number % _KEPT_OF == 7
        said = {"kind": "exception", "step": "run", "message": "ValueError: nan"}
        ledger.measurements.finish(
            name, value=None if crashed else value, crash=said if crashed else None, wall_s=0.01
        )
        self._rest()
        self._step(id, "bench", begun, "Measured.")
        if crashed:
            ledger.experiments.finish(RUN, id, "crash", "ValueError: nan")
        elif kept:
            self.best += 0.1
            self._base = commit
            ledger.experiments.keep(RUN, id, commit=commit, value=self.best, stderr=0.02,
                                    gain=0.1, reason="better")  # fmt: skip
        else:
            ledger.experiments.finish(RUN, id, "discard", "no gain", value=value, stderr=0.02,
                                      gain=value - self.best)  # fmt: skip
        self._rest()

    def _step(self, id: str, node: str, begun: StepRow | None, note: str) -> None:
        now = self.clock()
        started = begun.started if begun is not None else now
        self.ledger.steps.finish(
            StepRow(RUN, id, node, 1, started, now, note=note, engine="embedded: tpe")
        )
        self._rest()

    def _rest(self) -> None:
        """Until the next event is due; a writer that was held up catches up."""
        if self.pause:
            self._due += self.pause
            time.sleep(max(0.0, self._due - time.monotonic()))


def write(lab: Path, experiments: int) -> int:
    """Bring a lab's run to so many experiments; how many events it has then."""
    now = [time.time() - 3600.0]

    def clock() -> float:
        return now[0]

    with Ledger.open(ledger_path(lab), clock=clock) as ledger:
        ledger.runs.set_state(RUN, "running")
        ledger.runs.set_options(RUN, {"experiments": 10 * experiments})
        hand = Hand(ledger, clock)
        left = experiments - ledger.runs.counts(RUN).finished
        step = 3600.0 / max(1, left)
        while left > 0:
            with ledger.transaction():
                for _ in range(min(left, _BATCH)):
                    hand.experiment()
                    now[0] += step
            left -= _BATCH
        ledger.runs.tick(RUN, 3600.0)
        return ledger.tail.newest()


def main() -> None:
    """Write at a rate until the time is over."""
    lab, rate, seconds = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    lock = LabLock(ledger_path(lab).parent)
    try:
        with Ledger.open(ledger_path(lab)) as ledger:
            hand = Hand(ledger, pause=1 / rate)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                before = time.monotonic()
                hand.experiment()
                ledger.runs.tick(RUN, time.monotonic() - before)
    finally:
        lock.release()


if __name__ == "__main__":
    main()
