"""Removing what a candidate left, however it is nested or protected.

Whatever must go is first moved into one trash directory, which takes microseconds; emptying it
is work for the background. Emptying moves every sub-directory up before it removes its parent, so
a chain of a hundred thousand directories neither recurses nor exceeds a path's length.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from pathlib import Path


class Trash:
    """A directory of things to remove, on the file system of the slots. Safe from any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._names = itertools.count()
        self._started = f"{os.getpid()}-{time.monotonic_ns()}"
        self._emptying = threading.Lock()

    def take(self, path: Path) -> None:
        """Make a path disappear; missing is fine. Raises OSError where that is impossible."""
        try:
            if path.is_dir() and not path.is_symlink():
                self._directory.mkdir(exist_ok=True)
                _open_up(path)
                path.rename(self._directory / self._name())
            else:
                path.unlink()
        except FileNotFoundError:
            pass

    def empty(self) -> None:
        """Remove what was taken. What the system will not let go of stays, and is tried again."""
        with self._emptying:
            stubborn: set[str] = set()
            while True:
                waiting = [name for name in _names(self._directory) if name not in stubborn]
                if not waiting:
                    return
                for name in waiting:
                    try:
                        self._remove(self._directory / name)
                    except OSError:
                        stubborn.add(name)

    def _remove(self, folder: Path) -> None:
        _open_up(folder)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner = Path(entry.path)
                    _open_up(inner)
                    inner.rename(self._directory / self._name())
                else:
                    os.unlink(entry.path)  # noqa: PTH108  (a Path for each of 100,000 files costs)
        folder.rmdir()

    def _name(self) -> str:
        return f"{self._started}-{next(self._names)}"


def _open_up(folder: Path) -> None:
    # Moving a directory writes to it (its `..`), which a candidate may have forbidden.
    with contextlib.suppress(OSError):
        folder.chmod(0o700)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except FileNotFoundError:
        return []
