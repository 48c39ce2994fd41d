"""What the system says where the lab's own files cannot be written, as a person should read it."""

from __future__ import annotations

import errno
from pathlib import Path

from orgloop.errors import DiskTrouble

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.EROFS)
KEPT = "Nothing that was finished is lost"


def disk_trouble(error: OSError, lab: Path) -> DiskTrouble | None:
    """``error`` as a sentence where the disk is full or fails; None for any other."""
    where = error.filename2 or error.filename or lab / ".orgloop"
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
