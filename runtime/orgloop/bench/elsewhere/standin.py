"""submitit's local executor as a queue: the whole way to a job, without a cluster."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from orgloop.bench.elsewhere.queue import Asked, Phase, Sight
from orgloop.bench.supervisor.serve import start_time
from orgloop.task.executor import SlurmSettings

CLOSING_S = 1.0
_CONTROLLER = b"submitit.local._local"


class _Started(Protocol):
    def done(self) -> bool: ...


_STARTED: dict[str, _Started] = {}
"""Submissions of this process by handle: its children, to be waited for once they have ended."""


class StandIn:
    """A submission is a process; its handle names it by pid and start while the machine is up."""

    name = "slurm"
    label = "submitit's local executor"
    patience = 0.2

    def __init__(self, settings: SlurmSettings) -> None:
        self._settings = settings

    def open(self) -> None:
        """There is nothing to connect to."""

    def submit(self, asked: Asked) -> str:
        """Start it. Raises Refused."""
        from orgloop.bench.elsewhere.submission import local_submission, submitted

        job = submitted(lambda: local_submission(self._settings, asked), asked)
        handle = f"{job.job_id}-{start_time(int(job.job_id))}"
        _STARTED[handle] = job
        return handle

    def find(self, name: str) -> str | None:
        """By its command line, which names the directory of the try."""
        token = name.rpartition("-")[2].encode()
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdecimal():
                    line = (entry / "cmdline").read_bytes()
                    if _CONTROLLER in line and token in line:
                        return f"{entry.name}-{start_time(int(entry.name))}"
        return None

    def look(self, handles: Sequence[str]) -> Mapping[str, Sight]:
        """Which processes live."""
        for handle, job in list(_STARTED.items()):
            if job.done():
                del _STARTED[handle]
        return {handle: Sight(Phase.RUNNING) for handle in handles if _lives(handle)}

    def cancel(self, handle: str) -> None:
        """SIGTERM, which submitit's controller passes on."""
        if _lives(handle):
            with contextlib.suppress(OSError):
                os.kill(int(handle.partition("-")[0]), signal.SIGTERM)

    def close(self) -> None:
        """Wait a moment for submissions whose job is over; others go on."""
        give_up = time.monotonic() + CLOSING_S
        while self.look(()) or (_STARTED and time.monotonic() < give_up):
            time.sleep(0.02)


def _lives(handle: str) -> bool:
    pid, _, start = handle.partition("-")
    return start != "0" and start_time(int(pid)) == int(start)
