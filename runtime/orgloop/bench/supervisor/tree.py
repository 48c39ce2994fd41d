"""Every process below the supervisor, as seen in ``/proc``: its CPU, its memory, its end."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH110, PTH208

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

from orgloop.bench.supervisor.counter import Counter
from orgloop.bench.supervisor.system import read

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
HAS_PROC = os.path.exists("/proc/self/stat")

Key = tuple[int, int]
"""A pid and its start time: pids come back."""


def children(pid: int, threads: int = 1) -> list[int]:
    """The pids whose parent is ``pid``; a child belongs to the thread that forked it."""
    base = f"/proc/{pid}/task"
    tasks = [str(pid)]
    if threads > 1:
        with contextlib.suppress(OSError):
            tasks = os.listdir(base)
    return [int(child) for task in tasks for child in read(f"{base}/{task}/children").split()]


class Tree:
    """One step's processes. CPU is seconds, memory bytes."""

    def __init__(self) -> None:
        self.cpu = 0.0
        """The most that was seen so far, of the living and the dead."""
        self.peak = 0
        self.ended: dict[int, int] = {}
        """Wait status by pid of what was reaped."""
        self.threads = 0
        """Alive at the last look, those of every process together."""
        self.counter: Counter | None = None
        """The kernel's count, where it gives one."""
        self._reaped = 0.0
        self._lost = 0.0
        self._suspect = 0.0
        self._credited = 0.0
        self._seen: dict[Key, tuple[float, float]] = {}

    def look(self, most: int) -> list[int]:
        """The living pids, CPU added up on the way; stops once it saw more than ``most``."""
        pids: list[int] = []
        now: dict[Key, tuple[float, float]] = {}
        queue = children(os.getpid())
        threads = 0
        while queue and len(pids) <= most:
            pid = queue.pop()
            # Parents are read before their children, so that a child that ends meanwhile is
            # missed for one look and never counted twice.
            fields = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            if len(fields) < 20:
                continue
            own = (int(fields[11]) + int(fields[12])) / TICKS
            waited = (int(fields[13]) + int(fields[14])) / TICKS
            now[pid, int(fields[19])] = own, waited
            if fields[0] not in (b"Z", b"X"):
                pids.append(pid)
                threads += int(fields[17])
                queue += children(pid, int(fields[17]))
        self.threads = threads
        if len(pids) <= most:
            self._account(now)
        return pids

    def _account(self, now: dict[Key, tuple[float, float]]) -> None:
        # Waiting for a child moves its time into the waiter's. A child that nobody waits for
        # (SIGCHLD ignored) would take its time with it: so what vanished must turn up as
        # somebody's credit in this look or the next, or it is added here.
        vanished = sum(sum(self._seen[key]) for key in self._seen.keys() - now.keys())
        credit = self._reaped - self._credited
        for key, (_, waited) in now.items():
            credit += waited - self._seen.get(key, (0.0, 0.0))[1]
        missing = vanished - credit
        self._lost += max(0.0, self._suspect + min(0.0, missing))
        self._suspect = max(0.0, missing)
        self._seen, self._credited = now, self._reaped
        alive = sum(own + waited for own, waited in now.values())
        self.cpu = max(self.cpu, alive + self._reaped + self._lost, self._counted())

    def _counted(self) -> float:
        return 0.0 if self.counter is None else self.counter.read()

    def memory(self, pids: list[int], limit: int | None, held: int = 0) -> int:
        """Bytes resident now. Shared pages count once where it matters: PSS is dear to read.

        ``held`` is what lies in files in memory. Mapped, it is resident too: the larger counts.
        """
        total = sum(_resident(pid) for pid in pids)
        if held:
            shared = sum(_field(pid, "status", b"RssShmem:") for pid in pids)
            total += max(0, held - shared)
        if limit is not None and total > limit and len(pids) > 1:
            total = sum(_pss(pid) for pid in pids)
            if held:
                shared = sum(_field(pid, "smaps_rollup", b"Pss_Shmem:") for pid in pids)
                total += max(0, held - shared)
        self.peak = max(self.peak, total)
        return total

    def reap(self) -> int | None:
        """Collect one ended process: its pid; None where none has ended."""
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return None
        self._reaped += usage.ru_utime + usage.ru_stime
        unit = 1 if sys.platform == "darwin" else 1024
        self.peak = max(self.peak, usage.ru_maxrss * unit)
        self.ended[pid] = status
        return pid

    def clear(self, first: int | None = None) -> None:
        """Kill and reap until nothing of the tree is left; ``first`` is killed ahead of all."""
        give_up = time.monotonic() + 20.0
        self.reap()
        if first is not None and first not in self.ended:
            with contextlib.suppress(OSError):
                os.kill(first, signal.SIGKILL)
        while time.monotonic() < give_up:
            if HAS_PROC:
                # Orphans come to us (we are their subreaper), and so are killed in turn.
                for pid in children(os.getpid()):
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            if self.reap() is None:
                try:
                    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                except ChildProcessError:
                    break
                time.sleep(0.0003)
        self.cpu = max(self.cpu, self._reaped + self._lost + self._suspect, self._counted())


def _resident(pid: int) -> int:
    fields = read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * PAGE if len(fields) > 1 else 0


def _pss(pid: int) -> int:
    # A process may forbid others to read this (PR_SET_DUMPABLE): it then counts in full.
    return _field(pid, "smaps_rollup", b"Pss:") or _resident(pid)


def _field(pid: int, file: str, name: bytes) -> int:
    for line in read(f"/proc/{pid}/{file}").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0
