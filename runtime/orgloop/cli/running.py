"""Whether a lab runs: what the ledger says is one thing, a process that is there another."""

from __future__ import annotations

import os
from pathlib import Path

from orgloop.errors import LabBusy, UserError
from orgloop.lab.lock import LabLock
from orgloop.ledger import RunRow, ledger_path

_GOING = ("running", "paused", "stopping")


def is_running(lab: Path) -> bool:
    """Whether a process runs the lab now.

    The ledger cannot tell: a lab that was killed says `running` for ever. Its lock can, which the
    kernel let go of.
    """
    try:
        lock = LabLock(ledger_path(lab).parent, patience=0.0)
    except LabBusy:
        return True
    except UserError:
        return False  # a directory that cannot be written runs no lab
    lock.release()
    return False


def state_now(lab: Path, run: RunRow) -> str:
    """The run's state in a word, or that its process is gone where that can be told."""
    readable_only = not os.access(ledger_path(lab).parent, os.W_OK)
    if run.state in _GOING and not readable_only and not is_running(lab):
        return "interrupted; `orgloop run` goes on"
    return run.state
