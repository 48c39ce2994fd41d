"""One lab, one process: an advisory lock that the kernel lets go of when its holder dies.

So a lock is never stale: what a killed lab leaves is a file that nobody holds. It is the same
file by whatever path the lab is named; over NFS Linux makes a lock of the server's of it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from pathlib import Path
from typing import TextIO

from orgloop.errors import LabBusy, LedgerError, UserError

PATIENCE = 0.5
"""Seconds to wait for it: whoever looks whether the lab runs holds it for a moment."""


class LabLock:
    """Held from construction to :meth:`release`; raises LabBusy where another process has it."""

    def __init__(self, home: Path, *, patience: float = PATIENCE) -> None:
        self._path = home / "lab.lock"
        try:
            self._file: TextIO = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{self._path} cannot be written: {error.strerror}.",
                hint="A lab is run by somebody who may write in its directory.",
            ) from error
        if not self._taken(patience):
            self._file.seek(0)
            holder = self._file.read(200).strip()
            self._file.close()
            by = f" ({holder})" if holder else ""
            raise LabBusy(
                f"Another process is running this lab{by}.",
                hint="`orgloop stop` ends it; `orgloop log` shows what it does.",
            )

    def _taken(self, patience: float) -> bool:
        give_up = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= give_up:
                    return False
                time.sleep(0.02)
            else:
                return True

    def sign(self) -> None:
        """Note who holds it, for whom it refuses to read. A full disk costs the note alone."""
        with contextlib.suppress(OSError):
            self._file.truncate(0)
            self._file.write(f"process {os.getpid()} on {socket.gethostname()}")
            self._file.flush()

    def confirm(self) -> None:
        """See that the file is still the one that is held.

        Raises LedgerError where somebody removed it: another lab could begin beside this one.
        """
        held = os.fstat(self._file.fileno())
        try:
            found = self._path.stat()
        except OSError:
            found = None
        if found is None or (found.st_ino, found.st_dev) != (held.st_ino, held.st_dev):
            raise LedgerError(
                f"{self._path.parent} was removed or replaced while the lab ran.",
                hint="The run has stopped. Leave that directory alone while a lab runs; "
                "`orgloop run` goes on with what is there.",
            )

    def release(self) -> None:
        """Let another process have the lab."""
        self._file.close()
