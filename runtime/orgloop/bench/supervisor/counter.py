"""The kernel's own count of the CPU time of a process and of everything it ever starts.

A look at ``/proc`` misses a child that came and went between two looks, and where its parent
ignores it nobody is charged for it: training in thousands of such children would be free. A perf
event of kind task clock is inherited by every child and keeps what the dead have used
(perf_event_open(2); needs ``kernel.perf_event_paranoid`` of 2 or less, or root).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_CALL = {"x86_64": 298, "aarch64": 241}
_SOFTWARE, _TASK_CLOCK = 1, 1
_INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_CLOSE_ON_EXEC = 8
_SIZE = 112


class Counter:
    """Seconds of CPU since it was made, of ``pid`` and all that descends from it."""

    def __init__(self, pid: int) -> None:
        self._fd = _open(pid)

    @property
    def works(self) -> bool:
        """Whether this kernel lets us count."""
        return self._fd >= 0

    def read(self) -> float:
        """The count so far; 0 where there is none."""
        if self._fd < 0:
            return 0.0
        try:
            (nanoseconds,) = struct.unpack("=Q", os.read(self._fd, 8))
        except (OSError, struct.error):
            return 0.0
        return float(nanoseconds) / 1e9

    def close(self) -> None:
        """Let go of it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _open(pid: int) -> int:
    number = _CALL.get(os.uname().machine)
    if sys.platform != "linux" or number is None:
        return -1
    flags = _INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
    about = struct.pack("=IIQQQQQ", _SOFTWARE, _SIZE, _TASK_CLOCK, 0, 0, 0, flags)
    event = ctypes.create_string_buffer(about.ljust(_SIZE, b"\0"), _SIZE)
    call = ctypes.CDLL(None).syscall
    call.restype = ctypes.c_long
    words = (number, pid, -1, -1, _CLOSE_ON_EXEC)
    call_number, target, cpu, group, options = (ctypes.c_long(word) for word in words)
    return int(call(call_number, event, target, cpu, group, options))
