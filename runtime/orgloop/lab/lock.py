"""One lab, one process: an advisory lock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from orgloop.errors import LabBusy, UserError


class LabLock:
    """Held from construction to :meth:`release`; raises LabBusy where another process has it."""

    def __init__(self, home: Path) -> None:
        path = home / "lab.lock"
        try:
            self._file: TextIO = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{path} cannot be written: {error.strerror}.",
                hint="A lab is run by somebody who may write in its directory.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            by = f" (process {holder})" if holder else ""
            raise LabBusy(
                f"Another process is running this lab{by}.",
                hint="`orgloop stop` ends it; `orgloop log` shows what it does.",
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another process have the lab."""
        self._file.close()
