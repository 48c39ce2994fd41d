"""A second copy of the ledger, and putting it in the place of one that is damaged.

SQLite's own backup (https://www.sqlite.org/backup.html) reads a consistent state beside a lab that
writes. A copy is taken only of a file that checks, so a damaged ledger never replaces a good copy.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import LedgerError, UserError
from orgloop.ledger import failures
from orgloop.ledger.database import restore

_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Recovered:
    """What :func:`recover` did."""

    kept: Path
    """Where the damaged file went, with what belongs to it."""
    taken: float
    """Unix time of the copy that is the ledger now."""


def backup_path(ledger: Path) -> Path:
    """Where the copy is kept: ``.orgloop/backup/lab.db``."""
    return ledger.parent / "backup" / ledger.name


def back_up(ledger: Path) -> bool:
    """Take a copy now; False, and the last one stays, where the ledger does not check.

    For a thread of its own: it reads the whole file. Raises :class:`~orgloop.errors.LedgerError`
    where the copy cannot be written.
    """
    connection = sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if not _sound(connection):
            return False
        restore(connection, backup_path(ledger))
    finally:
        connection.close()
    return True


def recover(ledger: Path) -> Recovered:
    """Put the last copy in the place of a ledger that cannot be read; for whoever holds the lock.

    The damaged file is moved aside and never changed. Raises UserError where nothing is wrong with
    it, and LedgerError where there is no copy.
    """
    copy = backup_path(ledger)
    if ledger.exists() and is_sound(ledger):
        raise UserError(
            f"Nothing is wrong with the ledger {ledger}.", hint="`orgloop run` goes on with it."
        )
    if not (copy.is_file() and is_sound(copy)):
        raise LedgerError(
            f"There is no copy of the ledger at {copy} to go back to.",
            hint=f"Move {ledger} away and `orgloop run` begins another run; the commits of the "
            "earlier one stay in git, under refs/orgloop/.",
        )
    kept = _aside(ledger.parent / "damaged")
    try:
        kept.mkdir(parents=True)
        for end in _BESIDE:
            file = ledger.with_name(ledger.name + end)
            if file.exists():
                file.rename(kept / file.name)
        taken = copy.stat().st_mtime
        connection = sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)
        try:
            restore(connection, ledger)
        finally:
            connection.close()
    except OSError as error:
        raise LedgerError(
            f"The copy cannot be put in its place: {error.strerror or error}.",
            hint=f"The damaged ledger is in {kept}, the copy is {copy}.",
        ) from error
    return Recovered(kept, taken)


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return False
    try:
        return _sound(connection)
    finally:
        connection.close()


def _sound(connection: sqlite3.Connection) -> bool:
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()
        tables = connection.execute("SELECT count(*) FROM runs").fetchone()
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise failures.explain(error, Path("lab.db")) from error
        return False
    return answer == ("ok",) and tables is not None


def _aside(folder: Path) -> Path:
    number = 1
    while (folder / str(number)).exists():
        number += 1
    return folder / str(number)
