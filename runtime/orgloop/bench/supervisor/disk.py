"""What a step writes below its writable directories, looked at when it may matter."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH116, PTH208

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Sequence

from orgloop.bench.supervisor.walk import TooDeep, walk

FULL = 1 << 20
"""A disk with fewer bytes left is full: whatever is started next fails on it."""
SMALLEST = 4096
"""Every file counts as at least this, so that a flood of empty ones is a flood."""
_EIGHTH = 8


class Disk:
    """A limit in bytes on what is written from now on, below ``roots``."""

    def __init__(self, roots: Sequence[str], limit: int) -> None:
        self._roots, self._limit = roots, limit
        self._began = time.time() - 0.01
        self._free = self._space()
        self._soonest = 0.0
        self._due = time.monotonic() + 2.0
        self._taken = 0

    def over(self, pids: Sequence[int]) -> bool:
        """Whether more than the limit was written. Looking costs a twentieth of the time at most.

        Space that went from the file system is the cheap sign to look; it may be others', so
        only the files' own blocks count. Where much went since the last look, the cost of looking
        is no excuse: else a flood of files would buy the time to fill the disk in.
        """
        now = time.monotonic()
        taken = self._free - self._space()
        much = taken - self._taken > self._limit // 2
        if not much and (
            now < self._soonest or (now < self._due and taken < self._limit // _EIGHTH)
        ):
            return False
        self._taken = taken
        used = self._below() + (self._unlinked(pids) if taken > self._limit // 2 else 0)
        spent = time.monotonic() - now
        self._soonest, self._due = now + 20 * spent, now + max(2.0, 50 * spent)
        return used > self._limit

    def over_now(self) -> bool:
        """The same at the end of a step, when no process is left; looks if anything hints at it."""
        if self._free - self._space() < self._limit // _EIGHTH:
            return False
        return self._below() > self._limit

    def squeezed(self) -> bool:
        """Whether the disk is full by somebody else's doing: the step cannot be blamed then."""
        for root in self._roots:
            with contextlib.suppress(OSError):
                about = os.statvfs(root)
                no_files = about.f_files > 0 and about.f_favail == 0
                if no_files or about.f_bavail * about.f_frsize < FULL:
                    return self._below() <= self._free // 2
        return False

    def _space(self) -> int:
        total = 0
        for root in self._roots:
            with contextlib.suppress(OSError):
                about = os.statvfs(root)
                total += about.f_bavail * about.f_frsize + about.f_favail * SMALLEST
        return total

    def _below(self) -> int:
        used = 0
        for root in self._roots:
            try:
                for _, entry in walk(root):
                    with contextlib.suppress(OSError):
                        about = entry.stat(follow_symlinks=False)
                        if about.st_ctime >= self._began:  # which a program cannot set back
                            used += max(about.st_blocks * 512, SMALLEST)
                    if used > self._limit:
                        return used
            except TooDeep:
                return self._limit + 1  # where nobody can look, anything may lie
        return used

    def _unlinked(self, pids: Sequence[int]) -> int:
        # A file without a name fills the disk for as long as it is open.
        used = 0
        for pid in pids:
            with contextlib.suppress(OSError):
                for fd in os.listdir(f"/proc/{pid}/fd"):
                    with contextlib.suppress(OSError):
                        about = os.stat(f"/proc/{pid}/fd/{fd}")
                        if about.st_nlink == 0 and stat.S_ISREG(about.st_mode):
                            used += about.st_blocks * 512
        return used
