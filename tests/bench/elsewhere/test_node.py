"""What becomes of a job when a scheduler takes its node back, in the ways that schedulers do."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.bench import Ending
from orgloop.bench.elsewhere.attempt import Attempt
from orgloop.testing.jobs import shell_job

CALL = "import sys; from orgloop.bench.elsewhere.node import carry_out; carry_out(sys.argv[1])"
PATIENCE = 60.0


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    """A job that exits with 0 when it is told to end, as one that saves its state does."""
    command = "trap 'exit 0' TERM USR1 USR2; touch begun; while :; do sleep 0.05; done"
    return Attempt.prepare(tmp_path / "jobs" / "j", shell_job(tmp_path / "work", command))


def begun(attempt: Attempt, work: Path) -> subprocess.Popen[bytes]:
    """The process on the node, once the job runs."""
    node = subprocess.Popen([sys.executable, "-c", CALL, str(attempt.folder)])
    give_up = time.monotonic() + PATIENCE
    while not (work / "begun").exists():
        assert time.monotonic() < give_up
        time.sleep(0.01)
    return node


def below(pid: int) -> list[int]:
    """A process and all that descends from it, children first: they hear a signal first."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in children for found in below(int(child))] + [pid]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2])
def test_a_signal_to_every_process_of_the_job_is_no_end_of_its_own(
    attempt: Attempt, tmp_path: Path, number: signal.Signals
) -> None:
    node = begun(attempt, tmp_path / "work")
    for pid in below(node.pid):
        with contextlib.suppress(OSError):
            os.kill(pid, number)
    node.wait(PATIENCE)
    result = attempt.result("j")
    assert result is not None
    assert result.steps[-1].ending is Ending.KILLED


def test_a_signal_to_the_first_process_ends_the_job(attempt: Attempt, tmp_path: Path) -> None:
    node = begun(attempt, tmp_path / "work")
    node.terminate()
    assert node.wait(PATIENCE) == 0
    result = attempt.result("j")
    assert result is not None
    assert result.steps[-1].ending is Ending.KILLED


def test_nothing_outlives_a_node_process_that_is_killed(
    attempt: Attempt, tmp_path: Path, processes_of: Callable[[str], list[int]]
) -> None:
    node = begun(attempt, tmp_path / "work")
    node.kill()
    node.wait()
    give_up = time.monotonic() + PATIENCE
    while processes_of(str(attempt.folder.parent)) or processes_of("touch begun; while"):
        assert time.monotonic() < give_up
        time.sleep(0.02)
    result = attempt.result("j")
    assert result is None or result.steps[-1].ending is Ending.KILLED
