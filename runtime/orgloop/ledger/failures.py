"""What went wrong with the database file, as one sentence and one thing to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from orgloop.errors import LedgerError

_LEAST = 1 << 20
_KEPT = "It was kept as it is."


def explain(error: sqlite3.Error, path: Path) -> LedgerError:
    """The :class:`LedgerError` that tells a person of ``error``."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LedgerError(
            f"The ledger {path} is locked by another process.",
            hint="Nothing was written. Try again, or end the process that holds it "
            f"(`fuser {path}` names it).",
        )
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LedgerError(
            f"The ledger {path} is damaged. {_KEPT}",
            hint="`orgloop recover` goes back to its last copy, of at most ten minutes of running "
            f"before (`sqlite3 {path.name} .recover` may read more of it). All commits are in git.",
        )
    if primary == sqlite3.SQLITE_READONLY:
        return LedgerError(
            f"The ledger {path} cannot be written: the file or its disk is read-only.",
            hint="Make it writable for this user, or run a copy of the lab.",
        )
    disk = primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR) and _is_full(path)
    if disk or primary == sqlite3.SQLITE_FULL:
        return LedgerError(
            f"The disk of the ledger {path} is full.",
            hint="What was recorded before is safe. Free some space and run again.",
        )
    if primary == sqlite3.SQLITE_CANTOPEN:
        return LedgerError(
            f"The ledger {path} cannot be opened.",
            hint="Check that the directory exists and that this user may read and write there.",
        )
    if primary == sqlite3.SQLITE_IOERR:
        return LedgerError(
            f"The disk of the ledger {path} failed to read or write ({error}).",
            hint="What was recorded before is safe. Check the disk and its free space, "
            "then run again.",
        )
    return LedgerError(
        f"The ledger {path} did not answer as it should ({error}). {_KEPT}",
        hint="If it happens again, move the file away and start another run.",
    )


def _is_full(path: Path) -> bool:
    """Whether the disk has no room left: then SQLite may not say so, but fail to make a file."""
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _LEAST


def taken_away(path: Path, *, restored: bool) -> LedgerError:
    """For a file that is no longer the one that was opened."""
    if restored:
        return LedgerError(
            f"The ledger {path} was deleted while the lab ran; it was written again, whole.",
            hint="The run has stopped; `orgloop run` goes on.",
        )
    return LedgerError(
        f"The ledger {path} was replaced by another file while the lab ran.",
        hint="The run has stopped: what it finished since is not in that file. "
        "`orgloop run` goes on with what is there.",
    )


def newer(path: Path, found: int, known: int) -> LedgerError:
    """For a file that a later version of Orgloop wrote."""
    return LedgerError(
        f"The ledger {path} was written by a newer Orgloop (schema {found}, this one knows "
        f"{known}). {_KEPT}",
        hint="Update Orgloop, or use another copy of the lab.",
    )


def foreign(path: Path) -> LedgerError:
    """For a SQLite file that is not a ledger."""
    return LedgerError(
        f"{path} is a database of something else, not a ledger. {_KEPT}",
        hint="Move the file away and run again.",
    )


def absent(path: Path) -> LedgerError:
    """For a ledger that nobody has made yet."""
    return LedgerError(f"There is no ledger at {path} yet.", hint="`orgloop run` makes it.")


def outdated(path: Path) -> LedgerError:
    """For a file that only a writer can bring up to date."""
    return LedgerError(
        f"The ledger {path} was written by an older Orgloop and cannot be updated read-only.",
        hint="`orgloop run` brings it up to date.",
    )
