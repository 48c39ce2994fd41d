"""What is called on the node: takes the ticket, and has the supervisor run the job.

It is the same supervisor as on the lab's own machine, so sandbox, limits, output and result are the
same. It ends with whoever started it: a scheduler that takes the node back takes all of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from orgloop.bench import supervisor
from orgloop.bench.elsewhere.attempt import Attempt, write_durably
from orgloop.bench.elsewhere.fitting import Unfit, fit
from orgloop.bench.order import order_job
from orgloop.bench.protocol import Ending, JobResult, StepResult
from orgloop.bench.sandbox import find_sandbox
from orgloop.bench.supervised import supervisor_environment
from orgloop.bench.supervisor.serve import JobOrder

SIGNALS = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
"""What schedulers send before they take a node back."""
PATIENCE = 20.0
"""Seconds that a supervisor that was told to end has before it is killed."""


class _Told:
    """Whether the scheduler wants the node back; passes that on to the supervisor."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.to_end = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        """The handler of signals: the supervisor then ends the job, and writes that down."""
        del number, frame
        self.to_end = True
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.send_signal(signal.SIGTERM)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """With the handlers set."""
        before = {number: signal.signal(number, self.hear) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def carry_out(folder: str, *, signals: bool = True) -> str:
    """Run the try in ``folder``; returns a word for the scheduler's own log.

    ``signals`` says whether the process is ours to set handlers in. What becomes of the job is
    ``result.json`` in that folder; where there is none in the end, it was lost.
    """
    attempt, told = Attempt(Path(folder)), _Told()
    with told.listening() if signals else contextlib.nullcontext():
        if not attempt.claim():
            return "withdrawn"
        try:
            job = attempt.job()
            box = find_sandbox()
            attempt.say(box.warning)
            order = order_job(fit(job, os.environ), box, attempt.folder)
        except (Unfit, OSError, ValidationError) as error:
            _broken(attempt, str(error))
            return "broken"
        order["id"] = attempt.token
        return _supervised(attempt, order, told)


def _supervised(attempt: Attempt, order: JobOrder, told: _Told) -> str:
    ours, theirs = socket.socketpair()
    with ours, theirs, (attempt.folder / "supervisor.log").open("ab") as log:
        told.process = process = subprocess.Popen(
            [
                sys.executable,
                *("-I", "-S", str(Path(supervisor.__file__).parent)),
                *(str(attempt.folder.parent), "--bound"),
            ],
            stdin=theirs.fileno(),
            stdout=log,
            stderr=log,
            env=supervisor_environment(),
        )
        theirs.close()
        try:
            if told.to_end:
                return "ended"
            ours.sendall(json.dumps({"job": order}).encode() + b"\n")
            while b"\n" not in ours.recv(1 << 16):
                if process.poll() is not None:
                    return "lost"
        finally:
            ours.shutdown(socket.SHUT_RDWR)  # nobody has another job for it
            _end(process)
    return "done"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # where a job is in hand: else it goes by itself
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _broken(attempt: Attempt, why: str) -> None:
    now = time.time()
    step = StepResult(name="node", ending=Ending.BROKEN, message=why)
    result = JobResult(id=attempt.token, steps=(step,), started=now, finished=now)
    with contextlib.suppress(OSError):  # without it the job was lost, and is tried again
        write_durably(attempt.folder / "result.json", result.model_dump_json().encode())
