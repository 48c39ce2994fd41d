"""Memory that no process has mapped: files in memory, and files in memory without a name.

``/tmp``, ``$HOME`` and ``/dev/shm`` of a box live in memory, and so does what ``memfd_create``
makes. A run that keeps its bytes there has a small resident size and fills the machine all the
same.
"""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH115, PTH116, PTH208

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Sequence

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class SharedMemory:
    """What a step holds in memory beside its processes' own."""

    def __init__(self, folders: Sequence[str]) -> None:
        """``folders`` are paths of the box that are file systems in memory of its own."""
        self._folders = folders
        self._machines = {_device(folder) for folder in ("/", *folders)}
        self._soonest = 0.0
        self._held = 0

    def held(self, pids: Sequence[int]) -> int:
        """Bytes in those file systems, and in memory files that are open and have no name.

        Looking costs a twentieth of the time at most.
        """
        began = time.monotonic()
        if began >= self._soonest:
            self._held = self._look(pids)
            now = time.monotonic()
            self._soonest = now + 19 * (now - began)
        return self._held

    def _look(self, pids: Sequence[int]) -> int:
        boxes: dict[int, int] = {}
        unnamed: dict[tuple[int, int], int] = {}
        for pid in pids:
            for folder in self._folders:
                with contextlib.suppress(OSError):
                    # Held open: while bubblewrap sets up, the same path leads elsewhere in turn.
                    fd = os.open(f"/proc/{pid}/root{folder}", _FOLDER)
                    try:
                        device, about = os.fstat(fd).st_dev, os.statvfs(fd)
                    finally:
                        os.close(fd)
                    # Its outer process, and the inner one at first, see the machine's own.
                    if device not in self._machines:
                        boxes[device] = (about.f_blocks - about.f_bfree) * about.f_frsize
            self._open_files(pid, unnamed)
        return sum(boxes.values()) + sum(
            size for (device, _), size in unnamed.items() if device not in boxes
        )

    def _open_files(self, pid: int, found: dict[tuple[int, int], int]) -> None:
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    # The link's text first: opening nothing, and most are pipes and sockets.
                    path = f"/proc/{pid}/fd/{fd}"
                    if not os.readlink(path).startswith("/memfd:"):
                        continue
                    about = os.stat(path)
                    if stat.S_ISREG(about.st_mode):
                        found[about.st_dev, about.st_ino] = about.st_blocks * 512


def _device(folder: str) -> int | None:
    try:
        return os.stat(folder).st_dev
    except OSError:
        return None
