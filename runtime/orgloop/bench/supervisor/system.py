"""The few calls to the system that the standard library does not wrap."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH104

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Mapping

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ROOM = 1 << 16
"""Bytes that a result may take: a few hundred for each step."""
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def prctl(option: int, value: int) -> None:
    """Linux's prctl(2); nothing elsewhere."""
    if _LIBC is not None:
        _LIBC.prctl(option, value, 0, 0, 0)


def join_new_keyring() -> None:
    """Leave the session's keyring (keyctl(2)): keys of the lab's person, and notes for later runs.

    Nothing where the system has none.
    """
    number = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine)
    if _LIBC is not None and number is not None:
        _LIBC.syscall(number, 1, None)


def read(path: str) -> bytes:
    """A small file's content, empty where it is gone or not ours to read."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; raises OSError."""
    while data:
        data = data[os.write(fd, data) :]


class Reserved:
    """A JSON file that is written whole or not at all, and whose room is taken beforehand.

    So a disk that fills up during a run cannot lose the run's result. Raises OSError where there
    is no room to begin with.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self._fd, 0, ROOM)
        except OSError:
            os.close(self._fd)
            raise

    @property
    def _part(self) -> str:
        return f"{self._path}.part"

    def place(self, value: Mapping[str, object]) -> None:
        """Write ``value`` and put the file in its place. Raises OSError."""
        data = json.dumps(value).encode()
        write_all(self._fd, data)
        os.ftruncate(self._fd, len(data))
        os.rename(self._part, self._path)

    def sync(self) -> None:
        """Wait until it is on the platter, and let go of it. Raises OSError."""
        try:
            os.fsync(self._fd)
        finally:
            os.close(self._fd)
