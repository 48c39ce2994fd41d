"""A whole lab whose runs are submitted: what dies, what is lost, and what is on record after it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orgloop.errors import UserError
from orgloop.lab.options import RunOptions
from orgloop.lab.session import open_session

from .account import all_is_accounted_for, each_run_happened_once, through_kills
from .conftest import TinyLab, git
from .live import wait_for
from .test_killed import wait_for_a_moment
from .witness import Witness, heard_lab

Make = Callable[..., TinyLab]
KILLS = int(os.environ.get("ORGLOOP_KILLS_ELSEWHERE", "8"))
pytestmark = pytest.mark.slow


def submitting_lab(tiny: Make, witness: Witness, seconds: float = 0.3) -> TinyLab:
    """A heard lab whose runs go by way of submitit."""
    lab = heard_lab(tiny, witness, seconds)
    task = lab.root / "task.md"
    text = task.read_text().replace(
        "slots: 2", "slots: 2\nexecutor: slurm\nslurm: {cluster: local}"
    )
    task.write_text(text)
    git(lab.root, "commit", "-qa", "--amend", "--no-edit")
    return lab


@contextmanager
def going(lab: TinyLab, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`orgloop run` with its words in a file: a pipe would be held open by what it submits."""
    path = os.pathsep.join([str(lab.minds_dir), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-c", "from orgloop.cli import main; main()", "run", str(lab.root)]
    with words_of(lab).open("ab") as log:
        process = subprocess.Popen(
            [*words, *arguments], stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": path}
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def words_of(lab: TinyLab) -> Path:
    """What its processes said."""
    return lab.minds_dir / "said"


def notices(lab: TinyLab) -> list[str]:
    """What was told to whoever watched."""
    with lab.ledger() as ledger:
        return [event.text for event in ledger.tail.after(0) if event.kind == "notice"]


def nodes(lab: TinyLab) -> list[int]:
    """Processes that stand for this lab's nodes: controllers, what they start, supervisors."""
    found = []
    mark = str(lab.root / ".orgloop" / "jobs").encode()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes() if entry.name.isdecimal() else b""
            if mark in line and (b"submitit" in line or b"--bound" in line):
                found.append(int(entry.name))
    return found


def test_kill_9_of_the_lab_loses_no_run_that_was_submitted_and_begins_none_twice(
    tiny: Make,
) -> None:
    draw = random.Random(3)
    with Witness() as witness:
        lab = submitting_lab(tiny, witness)

        def kill(turn: int) -> str:
            with going(lab) as process:
                moment = wait_for_a_moment(lab, draw, turn)
                time.sleep(draw.uniform(0.0, 2.0))  # a run takes that long to come about here
                assert process.poll() is None, words_of(lab).read_text()
            return moment

        through_kills(lab, KILLS, kill, more=3)
        each_run_happened_once(lab, witness)
        assert nodes(lab) == []


def test_a_node_that_dies_costs_its_run_and_charges_nobody(tiny: Make) -> None:
    with Witness() as witness:
        lab = submitting_lab(tiny, witness, seconds=1.0)
        killed = 0
        with going(lab, "--experiments", "3") as process:
            for _ in range(2):
                while witness.begun.total() == witness.ended.total() + killed:
                    time.sleep(0.01)
                killed += witness.begun.total() - witness.ended.total() - killed
                for pid in nodes(lab):
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            assert process.wait(300) == 0, words_of(lab).read_text()
        all_is_accounted_for(lab, 3)  # and none of them crashed
        each_run_happened_once(lab, witness, again=killed)
        lost = [text for text in notices(lab) if "was lost" in text]
        assert len(lost) >= killed
        assert all("Nothing is charged" in text for text in lost)


def test_stop_now_ends_what_was_submitted_and_the_next_run_begins_it_anew(tiny: Make) -> None:
    with Witness() as witness:
        lab = submitting_lab(tiny, witness, seconds=4.0)
        with going(lab, "--experiments", "1") as process:
            wait_for(lab, lambda ledger: ledger.measurements.running("r1"))
            while not nodes(lab):
                time.sleep(0.02)
            for _ in range(2):
                process.send_signal(signal.SIGINT)
                time.sleep(0.3)
            assert process.wait(120) == 0, words_of(lab).read_text()
            assert nodes(lab) == []
        assert lab.run(experiments=1).experiments == 1
        all_is_accounted_for(lab, 1)


def test_another_executor_does_not_begin_what_the_first_may_still_be_running(tiny: Make) -> None:
    with Witness() as witness:
        lab = submitting_lab(tiny, witness, seconds=3.0)
        with going(lab):
            while not witness.begun.total():
                time.sleep(0.02)
        with pytest.raises(UserError, match="still with submitit's local executor") as caught:
            open_session(lab.root, RunOptions(executor="local"), new=False)
        assert "--executor slurm" in caught.value.hint
        assert lab.run(experiments=2).experiments == 2
        all_is_accounted_for(lab, 2)
        assert lab.run(experiments=3, executor="local").experiments == 3
