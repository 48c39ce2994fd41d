"""The lab's end of one supervisor: starts it, gives it jobs, hears what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path

from pydantic import ValidationError

from orgloop.bench import supervisor
from orgloop.bench.protocol import JobResult
from orgloop.bench.supervisor.serve import JobOrder

_PROGRAM = Path(supervisor.__file__).parent


class Lost(Exception):
    """The supervisor died with its job; nothing of the job survives."""


class Supervised:
    """A supervisor process that belongs to this lab."""

    def __init__(self, pid: int, end: socket.socket) -> None:
        self.pid = pid
        self._end = end
        self._heard = b""
        self._open = True

    @classmethod
    async def start(cls, jobs: Path) -> Supervised:
        """Start one, in its own session, with nothing of the lab's but a socket. Raises OSError."""
        jobs.mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        with theirs, (jobs / "supervisor.log").open("ab") as log:
            # posix_spawn and not subprocess: it outlives us by design, and nobody waits for it.
            pid = os.posix_spawn(  # noqa: ASYNC221 - it returns at once
                sys.executable,
                [sys.executable, "-I", "-S", str(_PROGRAM), str(jobs.resolve())],
                supervisor_environment(),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
                setsid=True,
                setsigmask=(),
                setsigdef=(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD),
            )
        ours.setblocking(False)
        return cls(pid, ours)

    async def carry_out(self, order: JobOrder) -> JobResult:
        """Give it a job and wait for the result; raises :class:`Lost` if it dies first."""
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._end, json.dumps({"job": order}).encode() + b"\n")
            while b"\n" not in self._heard:
                data = await loop.sock_recv(self._end, 1 << 16)
                if not data:
                    raise Lost(order["id"])
                self._heard += data
        except OSError as error:
            raise Lost(order["id"]) from error
        line, _, self._heard = self._heard.partition(b"\n")
        try:
            return JobResult.model_validate(json.loads(line)["result"])
        except (ValidationError, ValueError, KeyError) as error:
            raise Lost(order["id"]) from error

    def kill(self, job_id: str) -> None:
        """Have it end the job of this id, if that is the one it has."""
        with contextlib.suppress(OSError):
            self._end.send(json.dumps({"kill": job_id}).encode() + b"\n")

    def close(self) -> None:
        """Let go: it finishes what it has and ends."""
        if self._open:
            self._open = False
            self._end.close()
            with contextlib.suppress(OSError):
                os.waitpid(self.pid, os.WNOHANG)


def supervisor_environment() -> dict[str, str]:
    """The variables of a supervisor: no secret of the lab's, since candidate code runs under it."""
    kept = ("LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ}
