"""Loads what the embedded engines need, ahead of the first question.

Optuna and libcst cost about half a second to import; a lab that calls :func:`warm_up` as it starts
has them by the time that the baseline is running.
"""

from __future__ import annotations

import importlib
import threading

from orgloop.engines.protocol import SourceFiles
from orgloop.errors import OrgloopError
from orgloop.task import Task

HEAVY = ("numpy", "libcst", "libcst.metadata", "optuna", "optuna.samplers")


def warm_up(files: SourceFiles | None = None, task: Task | None = None) -> threading.Thread:
    """Import in a daemon thread and return it; joining is for whoever must be sure.

    With the incumbent's files and the task, the first search for tunables is made there too. What
    fails is left to be reported by the engine that needs it.
    """
    thread = threading.Thread(target=_load, args=(files, task), name="orgloop-warm-up", daemon=True)
    thread.start()
    return thread


def _load(files: SourceFiles | None, task: Task | None) -> None:
    try:
        for name in HEAVY:
            importlib.import_module(name)
        from orgloop.engines.embedded.asking import rehearse
        from orgloop.engines.tunables import discover

        if files is not None and task is not None:
            discover(files, task)
        rehearse()
    except (ImportError, OSError, OrgloopError):
        return
