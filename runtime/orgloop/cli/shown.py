"""How a path or a command is written where a person may copy it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

NAME = "orgloop"


def shown(path: Path) -> str:
    """``path`` from here where it lies below, else absolute: never a ladder of ``..``."""
    relative = os.path.relpath(path)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        return str(path.resolve())
    return relative


def argument(path: Path) -> str:
    """``path`` as a shell's argument."""
    return shlex.quote(shown(path))


def program() -> str:
    """What to type for this program: its name where the shell finds it, else where it lies.

    After `make run` it is `.venv/bin/orgloop`, and nothing has put that on the PATH.
    """
    called = Path(sys.argv[0])
    if called.name != NAME or not called.is_file():
        return NAME
    found = shutil.which(NAME)
    if found is not None and Path(found).resolve() == called.resolve():
        return NAME
    return argument(called)
