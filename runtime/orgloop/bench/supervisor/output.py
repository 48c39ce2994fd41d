"""Stdout and stderr of a step, kept within bounds however much it says."""

from __future__ import annotations

import contextlib
import fcntl
import os

from orgloop.bench.supervisor.system import write_all

CHUNK = 1 << 18
LONGEST_TAIL = 1 << 20


class Output:
    """The head goes to the file at once, the tail is kept in memory until the end."""

    def __init__(self, path: str, cap: int) -> None:
        self.source, self.sink = os.pipe()
        os.set_blocking(self.source, False)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with contextlib.suppress(OSError):
                fcntl.fcntl(self.source, fcntl.F_SETPIPE_SZ, CHUNK)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o644)
        self._tail_cap = min(cap // 2, LONGEST_TAIL)
        self._head_left = cap - self._tail_cap
        self._tail = bytearray()
        self.dropped = 0
        """Bytes that were not kept."""
        self.lost = False
        """Whether some of it could not be written."""
        self.begins = b""
        """The first few bytes."""

    def drain(self) -> bool:
        """Take what is there; False once every writer is gone."""
        for _ in range(16):
            try:
                chunk = os.read(self.source, CHUNK)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self.begins += chunk[: 500 - len(self.begins)]
            head = chunk[: self._head_left]
            self._head_left -= len(head)
            self._write(head)
            self._tail += chunk[len(head) :]
            if len(self._tail) > 2 * self._tail_cap:
                self._trim()
        return True

    def close(self) -> None:
        """Take the rest, put the tail behind the head, let go of the files."""
        self.drain()
        self._trim()
        if self.dropped:
            self._write(f"\n[... {self.dropped} bytes left out ...]\n".encode())
        self._write(bytes(self._tail))
        os.close(self.source)
        os.close(self._file)

    def _trim(self) -> None:
        extra = len(self._tail) - self._tail_cap
        if extra > 0:
            del self._tail[:extra]
            self.dropped += extra

    def _write(self, data: bytes) -> None:
        try:
            write_all(self._file, data)
        except OSError:  # a full disk must not end the watch over the job
            self.lost = True
