"""kill -9 at any point: nothing is lost, nothing is counted twice, no training run begins again.

``ORGLOOP_KILLS`` says how often the first test kills (200 take ten minutes and more), and
``ORGLOOP_KILLS_DRAW`` where its random numbers begin.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger

from .account import (
    all_is_accounted_for,
    each_run_happened_once,
    nothing_was_lost,
    read,
    through_kills,
)
from .conftest import PROGRAM as TINY
from .conftest import TASK, TinyLab
from .live import ENDLESS, PATIENCE, running
from .witness import Witness, heard_lab

Make = Callable[..., TinyLab]
KILLS = int(os.environ.get("ORGLOOP_KILLS", "50"))
DRAW = int(os.environ.get("ORGLOOP_KILLS_DRAW", "7"))
KINDS = (
    "run_state_changed",
    "generation_made",
    "experiment_started",
    "step_started",
    "step_finished",
    "experiment_updated",
    "measurement_started",
    "measurement_finished",
    "verdict_given",
    "experiment_finished",
    "incumbent_moved",
)


class Follower:
    """Reads the ledger's events as they come, from a connection that is kept open."""

    def __init__(self, lab: TinyLab) -> None:
        self._path = lab.root / ".orgloop" / "lab.db"
        self._ledger: Ledger | None = None
        self._seen = 0

    def newest(self) -> int:
        self._open()
        return 0 if self._ledger is None else self._ledger.tail.newest()

    def wait(self, kind: str | None, after: int, limit: float) -> bool:
        """Until an event of this kind (None: of any) comes; False where none did in time."""
        give_up = time.monotonic() + limit
        self._seen = after
        while time.monotonic() < give_up:
            self._open()
            if self._ledger is not None:
                for event in self._ledger.tail.after(self._seen):
                    self._seen = event.id or self._seen
                    if kind in (None, event.kind):
                        return True
            time.sleep(0.0005)
        return False

    def _open(self) -> None:
        if self._ledger is None:
            with contextlib.suppress(LedgerError):
                self._ledger = Ledger.read_only(self._path)

    def close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()


def wait_for_a_moment(lab: TinyLab, draw: random.Random, turn: int) -> str:
    """Wait until some moment of a lab that has just been started, and say which it was."""
    follower = Follower(lab)
    try:
        before = follower.newest()
        way = draw.random()
        if way < 0.1 and turn:
            seconds = draw.uniform(0.0, 1.5)
            time.sleep(seconds)
            return f"{seconds:.3f} s after the start"
        assert follower.wait(None, before, PATIENCE), "the lab did not begin"
        if way < 0.5:
            seconds = draw.uniform(0.0, 1.5)
            time.sleep(seconds)
            return f"{seconds:.3f} s after its first event"
        kind, count = draw.choice(KINDS), draw.randint(1, 3)
        for _ in range(count):
            follower.wait(kind, max(before, follower._seen), 3.0)
        return f"right after {kind}, time {count}"
    finally:
        follower.close()


def supervisors(lab: TinyLab) -> set[int]:
    found = set()
    for record in (lab.root / ".orgloop" / "jobs").glob("*/running.json"):
        with contextlib.suppress(OSError, ValueError):
            found.add(json.loads(record.read_text())["pid"])
    return found


def kill_all(pids: set[int]) -> int:
    killed = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            if b"supervisor" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed


@pytest.mark.slow
def test_kill_9_of_the_lab_loses_nothing_and_starts_no_training_run_again(tiny: Make) -> None:
    draw = random.Random(DRAW)
    with Witness() as witness:
        lab = heard_lab(tiny, witness)

        def kill(turn: int) -> str:
            with running(lab) as process:
                moment = wait_for_a_moment(lab, draw, turn)
                assert process.poll() is None, process.communicate()[1]
                process.kill()
                process.communicate()
            return moment

        through_kills(lab, KILLS, kill, more=6)
        each_run_happened_once(lab, witness)


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["supervisors", "both"])
def test_kill_9_of_supervisors_costs_their_run_and_no_more(tiny: Make, whom: str) -> None:
    """A supervisor takes its run with it, which is then begun again, once for each kill."""
    draw, killed = random.Random(11), 0
    with Witness() as witness:
        lab = heard_lab(tiny, witness, seconds=0.2)
        books = None
        for turn in range(12):
            with running(lab) as process:
                wait_for_a_moment(lab, draw, turn + 1)
                if whom == "both":
                    process.kill()
                    process.communicate()
                killed += kill_all(supervisors(lab))
                if whom == "supervisors":
                    time.sleep(0.5)
                    assert process.poll() is None, process.communicate()[1]
                    process.kill()
                    process.communicate()
            now = read(lab) if (lab.root / ".orgloop" / "lab.db").exists() else None
            if books is not None and now is not None:
                nothing_was_lost(books, now)
            books = now
        assert books is not None
        assert killed
        total = books.started + 6
        assert lab.run(experiments=total).experiments == total
        all_is_accounted_for(lab, total)
        each_run_happened_once(lab, witness, again=killed)


@pytest.mark.slow
def test_kill_9_while_setup_runs_ends_that_setup_and_does_it_again(tiny: Make) -> None:
    task = TASK.replace("slots: 1", "slots: 1\nsetup: sleep 1.5; echo done > made")
    lab = tiny(program="open('made').close()\n" + TINY, charter=ENDLESS, task=task)
    jobs = lab.root / ".orgloop" / "jobs"
    for _ in range(3):
        with running(lab) as process:
            give_up = time.monotonic() + PATIENCE
            while not list(jobs.glob("*-setup-*/running.json")):
                assert time.monotonic() < give_up
                assert process.poll() is None
                time.sleep(0.01)
            process.kill()
            process.communicate()
    assert lab.run(experiments=2).kept == 2
    assert not list(jobs.glob("*-setup-*"))
    all_is_accounted_for(lab, 2)
