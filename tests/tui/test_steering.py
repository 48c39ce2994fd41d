"""What a person decides in the interface, on a lab that another process runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.cli.watching.doors import LabDoors
from orgloop.ledger import ExperimentRow, Ledger, ledger_path
from orgloop_tui.app import WatchApp
from orgloop_tui.model.source import Source

from ..lab.conftest import SOLO, TASK, TinyLab, tiny  # noqa: TID252 - one kind of small lab
from ..lab.live import running  # noqa: TID252
from .conftest import text_of, until

__all__ = ["tiny"]
PROGRAM = """\
import time
A = 0.0


# room between the lines, so that git can merge them


B = 0.0


# and here


C = 0.0


# and here


WAIT = 0.0
time.sleep(WAIT)
print(f"score: {A + B + C}")
"""
MINDS = """
CHANGES = {1: {"A": 5.0}, 2: {"B": -1.0}, 3: {"C": 1.0}}

def worker(request):
    at = number(request)
    return Line(edits=put(request, **CHANGES.get(at, {"WAIT": 600.0})), title=f"number {at}")

engine = Scripted({"worker": worker})
"""


@pytest.mark.slow
async def test_every_decision_reaches_the_lab_and_its_answer_comes_back(
    tiny: Callable[..., TinyLab],
) -> None:
    task = TASK.replace("wall: 30s", "wall: 900s")
    lab = tiny(MINDS, program=PROGRAM, charter=SOLO, task=task)
    with running(lab, "--experiments", "3") as process:
        process.communicate()
    with running(lab, "--experiments", "4", "--slots", "2") as process:
        doors = LabDoors(lab.root)
        app = WatchApp(Source(lab.root, alive=doors.alive), doors)
        async with app.run_test(size=(150, 50), notifications=True) as pilot:
            await until(pilot, lambda: row(lab.root, "e0004").commit is not None)
            await until(pilot, lambda: "e0004" in text_of(app))

            app.open_experiment("e0001")
            await pilot.pause()
            await pilot.press("V", *"no", "enter")
            await until(pilot, lambda: "e0001 is not the latest keep" in text_of(app))
            await pilot.press("escape")

            app.open_experiment("e0002")
            await pilot.pause()
            await pilot.press("m", "enter")
            await until(pilot, lambda: measured_again(lab.root, "e0002") == 1)
            await pilot.press("O", *"fine", "enter")
            await until(pilot, lambda: row(lab.root, "e0002").overruled)
            await until(pilot, lambda: "e0002 is kept, and left out" in text_of(app))
            await pilot.press("V", *"wrong", "enter")
            await until(pilot, lambda: row(lab.root, "e0002").status == "discard")
            await pilot.press("escape")

            await pilot.press("B", "ctrl+u", *"5", "enter")
            await until(pilot, lambda: limit(lab.root) == 5)
            app.open_experiment("e0004")
            await pilot.pause()
            await pilot.press("d", *"slow", "enter")
            await until(pilot, lambda: row(lab.root, "e0004").status == "discard")
            await until(pilot, lambda: "Stopped by a person: slow" in text_of(app))
            await until(pilot, lambda: row(lab.root, "e0005").status == "running")
            await pilot.press("X", "y")
            await until(pilot, lambda: process.poll() is not None)
    assert process.returncode == 0
    assert row(lab.root, "e0003").status == "keep"


def row(lab: Path, id: str) -> ExperimentRow:
    """An experiment, or one that has not begun."""
    with Ledger.read_only(ledger_path(lab)) as ledger:
        found = ledger.experiments.get("r1", id)
    return found or ExperimentRow("r1", id, 1, "", 0.0, "none")


def measured_again(lab: Path, id: str) -> int:
    with Ledger.read_only(ledger_path(lab)) as ledger:
        return len(ledger.measurements.values_again("r1").get(id, []))


def limit(lab: Path) -> object:
    with Ledger.read_only(ledger_path(lab)) as ledger:
        run = ledger.runs.get("r1")
    return run.options.get("experiments") if run is not None else None
