"""A lab in a process of its own, to be looked at, steered and killed from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger

from .conftest import SOLO, TinyLab

SLOW = "engine = Scripted({'worker': lambda r: Line(edits=put(r, A=float(number(r)), SLEEP=0.05))})"
ENDLESS = SOLO.replace("budget: {experiments: 4}\n", "")
PATIENCE = 300.0
"""Seconds after which something that should happen does not: far more than it takes."""


@contextmanager
def running(lab: TinyLab, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`orgloop run` in a process of its own."""
    path = os.pathsep.join([str(lab.minds_dir), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from orgloop.cli import main; main()",
            "run",
            str(lab.root),
            "--json",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONFAULTHANDLER": "1"},
    )
    try:
        yield process
    except AssertionError:
        process.send_signal(signal.SIGABRT)  # says where every thread stands
        print(process.communicate()[1])
        raise
    finally:
        process.kill()
        process.communicate()


def wait_for(lab: TinyLab, happened: Callable[[Ledger], object]) -> None:
    """Wait until the ledger says so; the limit is only there so that a failure ends."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            with lab.ledger() as ledger:
                if happened(ledger):
                    return
        except LedgerError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def finished(ledger: Ledger) -> int:
    return ledger.runs.counts("r1").finished


def ask(lab: TinyLab, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from orgloop.cli import main; main()", *arguments, str(lab.root)],
        capture_output=True,
        text=True,
        check=False,
    )
