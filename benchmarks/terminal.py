"""A program in a terminal of its own, and when what it writes arrives there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path

_TOP = Path(__file__).resolve().parents[1]
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_STARTS_S = 60.0


class Terminal:
    """A pseudo-terminal; a thread reads what is written to it, and notes when it came.

    For ``contextlib.closing``.
    """

    def __init__(self, command: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self._fd, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        paths = (str(_TOP), os.environ.get("PYTHONPATH", ""))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor",
                       "PYTHONPATH": os.pathsep.join(filter(None, paths))}  # fmt: skip
        for name in ("NO_COLOR", "COLORFGBG", "TEXTUAL_THEME"):
            environment.pop(name, None)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=environment,
            start_new_session=True, close_fds=True,
        )  # fmt: skip
        os.close(inner)
        self._seen = bytearray()
        self._came: list[tuple[int, float]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                found = os.read(self._fd, 1 << 16)
            except OSError:  # its last writer is gone
                found = b""
            now = time.perf_counter()
            with self._news:
                self._seen += found
                self._came.append((len(self._seen) if found else -1, now))
                self._news.notify_all()
            if not found:
                return

    def forget(self) -> None:
        """Look only at what comes from now on."""
        with self._news:
            self._seen.clear()
            self._came.clear()

    def press(self, keys: str) -> float:
        """Press keys, at the time that is returned."""
        self.forget()
        now = time.perf_counter()
        os.write(self._fd, keys.encode())
        return now

    def last(self, pattern: re.Pattern[bytes]) -> bytes | None:
        """The group of the latest match in what has come; None where there is none."""
        with self._news:
            found = pattern.findall(self._seen)
        return found[-1] if found else None

    def wait_for(
        self, pattern: re.Pattern[bytes], *, other_than: bytes | None = None, within: float = 60.0
    ) -> tuple[float, bytes]:
        """When ``pattern`` was there, and its group; ``other_than`` is a group that is not meant.

        Raises SystemExit where it does not come.
        """
        until = time.perf_counter() + within
        with self._news:
            while True:
                for found in pattern.finditer(self._seen):
                    if found.group(1) != other_than:
                        end = found.end()
                        return next(at for size, at in self._came if size >= end), found.group(1)
                over = bool(self._came) and self._came[-1][0] < 0
                if over or not self._news.wait(until - time.perf_counter()):
                    said = bytes(self._seen[-2000:]).decode(errors="replace")
                    raise SystemExit(f"It never said {pattern.pattern!r} but:\n{said}")

    def rss(self) -> int:
        """Bytes of memory that the program holds."""
        statm = Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(statm.split()[1]) * _PAGE

    def cpu_s(self) -> float:
        """Seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def close(self) -> None:
        """End the program."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)
        os.close(self._fd)
