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


def place(path: str, value: Mapping[str, object]) -> int:
    """Write JSON whole or not at all; gives the open file, for whoever wants it on the platter.

    Raises OSError.
    """
    part = f"{path}.part"
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        write_all(fd, json.dumps(value).encode())
        os.rename(part, path)
    except OSError:
        os.close(fd)
        raise
    return fd
