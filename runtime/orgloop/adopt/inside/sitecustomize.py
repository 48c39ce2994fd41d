"""Python imports this at start where it lies on ``PYTHONPATH``: it notes which files are opened.

It runs in the interpreter of the repository under trial, whichever version that is, so it keeps to
the standard library and never lets an exception out. Each line of the record is a letter (``R``
read, ``W`` written, ``M`` a module, ``P`` searched for modules), a tab, and a path.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_READ_BY = ("os.listdir", "os.scandir")
_WRITTEN_BY = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect")


def _begin(record: str) -> None:
    said: set[str] = set()
    sink = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(letter: str, path: object) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        line = letter + "\t" + os.path.abspath(os.fsdecode(path))
        if line in said or "\n" in line:
            return
        said.add(line)
        os.write(sink, os.fsencode(line + "\n"))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        with contextlib.suppress(Exception):
            if event == "open":
                path, _, flags = arguments
                note("W" if isinstance(flags, int) and flags & _WRITES else "R", path)
            elif event in _READ_BY:
                note("R", arguments[0] if arguments and arguments[0] is not None else ".")
            elif event in _WRITTEN_BY:
                for path in arguments[:2]:
                    note("W", path)

    def at_exit() -> None:
        for entry in sys.path:
            note("P", entry)
        for module in list(sys.modules.values()):
            with contextlib.suppress(Exception):
                if module.__file__:
                    note("M", module.__file__)
        # What a library in C has mapped went past the hook.
        with contextlib.suppress(Exception), open("/proc/self/maps") as maps:
            for line in maps:
                path = line.rstrip("\n").partition("/")
                if path[1]:
                    note("R", "/" + path[2])

    sys.addaudithook(hook)
    atexit.register(at_exit)


def _pass_on() -> None:
    """Import the ``sitecustomize`` that this one stands before, if there is one."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept = sys.path[:]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    own = sys.modules.pop("sitecustomize", None)
    try:
        with contextlib.suppress(ImportError):
            importlib.import_module("sitecustomize")
    finally:
        sys.path[:] = [entry for entry in kept if os.path.abspath(entry or ".") != here]
        if own is not None:
            sys.modules["sitecustomize"] = own


with contextlib.suppress(Exception):
    if os.environ.get("ORGLOOP_ADOPT_RECORD"):
        _begin(os.environ["ORGLOOP_ADOPT_RECORD"])
        _pass_on()
