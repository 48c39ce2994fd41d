"""Takes jobs from the lab, one at a time, and leaves each result where the next lab finds it."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH103, PTH118

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from types import FrameType
from typing import TypedDict

from orgloop.bench.supervisor.step import StepOrder, StepReport, Watch, run_step
from orgloop.bench.supervisor.system import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    Reserved,
    prctl,
    read,
)


class JobOrder(TypedDict):
    """A job as the lab orders it."""

    id: str
    cpus: list[int]
    steps: list[StepOrder]


LULL, LONG_LULL = 0.1, 1.0
"""Seconds to wait for a signal of a scheduler's after a step that went well, or did not."""
BY_ITSELF = frozenset({"ok", "exit", "frozen", "artifacts"})


class Supervisor:
    """One slot's worth of jobs."""

    def __init__(self, jobs: str, lab: socket.socket, *, bound: bool = False) -> None:
        self._jobs, self._lab, self._bound = jobs, lab, bound
        self._heard = b""
        self._orders: list[JobOrder] = []
        self._job = ""
        self._watch = Watch(lab.fileno(), self._hear)

    def serve(self) -> None:
        """Until the lab is gone."""
        while True:
            while not self._orders:
                if not self._hear():
                    return
            order = self._orders.pop(0)
            self._job = order["id"]
            self._watch.stop = False
            self._carry_out(order)
            self._job = ""

    def stop(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGTERM."""
        del number, frame
        if not self._job:
            raise SystemExit(0)
        self._watch.end()

    def _hear(self) -> bool:
        try:
            data = self._lab.recv(1 << 16)
        except ConnectionError:
            data = b""
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "job" in message:
                self._orders.append(message["job"])
            elif message.get("kill") == self._job:
                self._watch.end()
        return bool(data)

    def _carry_out(self, order: JobOrder) -> None:
        folder = os.path.join(self._jobs, order["id"])
        started = time.time()
        reports: list[StepReport] = []
        place: Reserved | None = None
        try:
            os.makedirs(folder, exist_ok=True)
            place = Reserved(os.path.join(folder, "result.json"))
            self._run_steps(order, reports)
        except OSError as error:
            reports.append(_broken(f"the bench could not work in {folder}: {error.strerror}"))
        result = {
            "id": order["id"],
            "steps": reports,
            "started": started,
            "finished": time.time(),
        }
        if place is not None:
            with contextlib.suppress(OSError):  # the lab, if it lives, is told in any case
                place.place(result)
        with contextlib.suppress(OSError):
            self._lab.sendall(json.dumps({"done": order["id"], "result": result}).encode() + b"\n")
        if place is not None:
            with contextlib.suppress(OSError):
                place.sync()  # against a loss of power; behind the answer, for nobody to wait on

    def _run_steps(self, order: JobOrder, reports: list[StepReport]) -> None:
        used = 0.0
        for step in order["steps"]:
            left = step["cpu"]
            if left is not None and step["untrusted"]:
                left = max(0.0, left - used)
            report = run_step(step, self._watch, order["cpus"], left)
            reports.append(report)
            if self._bound and report["ending"] in BY_ITSELF:
                # A scheduler that takes a node back signals every process on it: the step may be
                # gone before we are told why, and then its end is not its own.
                self._heed(LULL if report["ending"] == "ok" else LONG_LULL)
                if self._watch.stop:
                    report["ending"], report["message"] = "killed", ""
            if step["untrusted"]:
                used += report["cpu_s"]
            if report["ending"] != "ok":
                return

    def _heed(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._watch.stop and time.monotonic() < until:
            time.sleep(0.01)


def _broken(message: str) -> StepReport:
    return {
        "name": "",
        "ending": "broken",
        "exit_code": None,
        "wall_s": 0.0,
        "cpu_s": 0.0,
        "peak_bytes": 0,
        "output": "",
        "dropped": 0,
        "limit": None,
        "message": message,
    }


def start_time(pid: int) -> int:
    """When a process began, in clock ticks since boot; 0 where no such process is alive."""
    fields = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return int(fields[19]) if len(fields) > 19 and fields[0] not in (b"Z", b"X") else 0


def boot_id() -> str:
    """Which boot of the machine this is; empty where the system does not say."""
    return read("/proc/sys/kernel/random/boot_id").decode().strip()


def serve(jobs: str, *, bound: bool = False) -> None:
    """The whole life of a supervisor; its socket to the lab is standard input.

    One that is ``bound`` does not outlive whoever started it: its job is ended with it.
    """
    lab = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    supervisor = Supervisor(jobs, lab, bound=bound)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, supervisor.stop)
    if bound:
        for number in (signal.SIGUSR1, signal.SIGUSR2):  # as schedulers announce that time is up
            signal.signal(number, supervisor.stop)
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    supervisor.serve()
