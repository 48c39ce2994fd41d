"""Writes experiments until it is killed; prints the id of each whose end is on record.

Run by test_killed.py as `python killed_writer.py PATH ROUNDS SEED`: forks a writer for each round,
reads a random number of its lines, and kills it there and then.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path

import orgloop.events.union  # noqa: F401  (once, and not in every writer)
from orgloop.ledger import CallRow, Ledger, MeasurementRow, StepRow


def write_for_ever(path: Path, out: int) -> None:
    ledger = Ledger.open(path)
    for left in ledger.experiments.running("r1"):
        ledger.experiments.finish("r1", left.id, "discard", "left over")
        os.write(out, f"{left.id}\n".encode())
    while True:
        row = ledger.experiments.start("r1", 1, "b")
        os.write(out, b".\n")
        step = ledger.steps.begin("r1", row.id, "pi", 1)
        ledger.calls.record(
            CallRow("r1", row.id, "pi", 1, 0, step.started, 1.0, "mind", "m", 10, 0, 0, 0, None)
        )
        ledger.steps.finish(StepRow("r1", row.id, "pi", 1, step.started, None, note="x" * 999))
        os.write(out, b".\n")
        name = f"r1-{row.id}-m1"
        ledger.measurements.begin(
            MeasurementRow("r1", name, row.id, row.id, 0, "search", "running", 1.0)
        )
        ledger.measurements.finish(name, value=2.0, wall_s=1.0)
        os.write(out, b".\n")
        if row.number % 3:
            ledger.experiments.finish("r1", row.id, "discard", "no gain", value=2.0)
        else:
            ledger.experiments.keep("r1", row.id, commit=row.id, value=2.0, stderr=None, gain=0.1)
        os.write(out, f"{row.id}\n".encode())


def main(path: Path, rounds: int, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(rounds):
        inward, outward = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(inward)
            write_for_ever(path, outward)
        os.close(outward)
        with os.fdopen(inward, "rb") as lines:
            for _ in range(draw.randint(1, 60)):
                sys.stdout.write(lines.readline().decode())
            os.kill(child, signal.SIGKILL)
            # What it said before it died counts: those ends were on record.
            sys.stdout.writelines(
                line.decode() for line in lines.readlines() if line.endswith(b"\n")
            )
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
