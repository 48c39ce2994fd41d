"""What the system says where a file of the lab's cannot be written, as a person should read it."""

from __future__ import annotations

import errno
from pathlib import Path

from orgloop.errors import DiskTrouble

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.EROFS)
KEPT = "Nothing that was finished is lost"


def disk_trouble(error: OSError, place: Path) -> DiskTrouble | None:
    """``error`` as a sentence where the disk is full or fails; None for any other.

    ``place`` is what was being written, for an error that does not name its file.
    """
    where = error.filename2 or error.filename or place
    if error.errno in _FULL:
        return DiskTrouble(
            f"The disk is full: {where} cannot be written.",
            hint=f"{KEPT}. Free some space, then `orgloop run` goes on.",
        )
    if error.errno in _BROKEN:
        return DiskTrouble(
            f"The disk failed: {where} cannot be written ({error.strerror}).",
            hint=f"{KEPT}. Mend it or move the lab, then `orgloop run` goes on.",
        )
    return None
