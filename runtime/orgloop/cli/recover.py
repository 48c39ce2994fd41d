"""`orgloop recover`: goes back to the last copy of a ledger that cannot be read."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from orgloop.cli.shown import shown
from orgloop.errors import NotALab
from orgloop.lab.lock import LabLock
from orgloop.ledger import ledger_path
from orgloop.ledger.backup import recover


def recover_command(lab: Path) -> int:
    """Put the copy in place; raises what :func:`~orgloop.ledger.backup.recover` raises."""
    path = ledger_path(lab)
    if not path.parent.is_dir():
        raise NotALab(
            f"There is nothing to recover in {lab.absolute()}: no lab has run there.",
            hint="Name the lab's directory.",
        )
    lock = LabLock(path.parent)
    try:
        done = recover(path)
    finally:
        lock.release()
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(done.taken))
    print(f"The ledger is that of {at} again. `orgloop run` goes on from there.", file=sys.stderr)
    print(
        f"  The damaged one is kept in {shown(done.kept)}; commits of later experiments stay in "
        "git, under refs/orgloop/.",
        file=sys.stderr,
    )
    return 0
