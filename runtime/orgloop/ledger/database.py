"""The file itself: opening it, transactions, and failures told clearly.

SQLite in WAL mode with ``synchronous=NORMAL``: a process that is killed loses nothing that was
committed, a machine that loses power may lose what came after the last :meth:`Database.sync` (the
end of each measurement and experiment calls it) but never consistency, and readers
(`log`, `watch`) neither wait for the lab nor hold it up.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from orgloop.errors import LedgerError
from orgloop.ledger import failures
from orgloop.ledger.schema import APPLICATION_ID, MIGRATIONS, SCHEMA

if TYPE_CHECKING:
    import tempfile

Cells = tuple[Any, ...]
"""A row as SQLite gives it. The schema fixes its types; one function per table decodes it."""
Value = str | int | float | None
"""What is bound to a placeholder."""

_CHECKPOINT_PAGES = 4000
"""WAL pages (16 MB) between checkpoints: each costs an fsync or two and rewrites hot pages."""


class Database:
    """One connection. Calls from several threads take turns."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, clock: Callable[[], float]
    ) -> None:
        self.path = path
        self.clock = clock
        """Unix time; given so that tests can set it."""
        self._connection = connection
        self._transaction = Transaction(connection, path)
        self._lock = self._transaction.lock
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._file = _identity(path)

    @classmethod
    def open(
        cls, path: Path, *, busy_s: float = 5.0, clock: Callable[[], float] = time.time
    ) -> Database:
        """Open for writing; make the file, or bring it up to date, where that is needed.

        ``busy_s`` is how long a write waits for another process. Raises
        :class:`~orgloop.errors.LedgerError`.
        """
        connection: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _connect(path.absolute().as_uri(), busy_s)
            version = _version(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.execute("PRAGMA cache_size = -16384")
            if version < SCHEMA:
                _migrate(connection)
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            raise failures.explain(error, path) from error
        except OSError as error:
            raise LedgerError(
                f"The ledger {path} cannot be made: {error.strerror or error}.",
                hint="Check that the directory exists and that this user may write there.",
            ) from error
        except LedgerError:
            if connection is not None:
                connection.close()
            raise
        return cls(connection, path, clock)

    @classmethod
    def read_only(
        cls, path: Path, *, busy_s: float = 5.0, clock: Callable[[], float] = time.time
    ) -> Database:
        """Open for reading, also while a lab writes, and also on a read-only file system.

        Raises :class:`~orgloop.errors.LedgerError`, also where there is no file yet.
        """
        try:
            if not path.exists() or not path.stat().st_size:
                raise failures.absent(path)
            connection, copy = _connect_reader(path, busy_s)
        except sqlite3.Error as error:
            raise failures.explain(error, path) from error
        except OSError as error:
            raise LedgerError(
                f"The ledger {path} cannot be read: {error.strerror or error}.",
                hint="Check that this user may read it.",
            ) from error
        try:
            if _version(connection, path) < SCHEMA:
                raise failures.outdated(path)
        except sqlite3.Error as error:
            connection.close()
            raise failures.explain(error, path) from error
        except LedgerError:
            connection.close()
            raise
        database = cls(connection, path, clock)
        database._copy = copy
        return database

    def transaction(self) -> Transaction:
        """What is written in its ``with`` block is written together or not at all.

        Blocks may be nested: the outermost commits. Raises
        :class:`~orgloop.errors.LedgerError`.
        """
        return self._transaction

    def write(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Change something, within a transaction; the number of rows that changed."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Add a row, within a transaction; its rowid."""
        return self._connection.execute(sql, values).lastrowid or 0

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        """The first row of an answer."""
        with self._lock:
            try:
                found: Cells | None = self._connection.execute(sql, values).fetchone()
            except sqlite3.Error as error:
                raise failures.explain(error, self.path) from error
            return found

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        """All rows of an answer."""
        with self._lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise failures.explain(error, self.path) from error

    def trace(self, listener: Callable[[str], object] | None) -> None:
        """Pass every statement to ``listener`` as it runs: for tests and for profiling."""
        self._connection.set_trace_callback(listener)

    def sync(self) -> None:
        """Bring what was committed so far to the platter: a loss of power then cannot take it.

        Otherwise it is there after a few thousand pages, or seconds. Raises
        :class:`~orgloop.errors.LedgerError`.
        """
        try:
            fd = os.open(self.path.with_name(f"{self.path.name}-wal"), os.O_RDONLY)
        except OSError:
            return  # checkpointed and synced by SQLite itself, or taken away: see `confirm`
        try:
            os.fsync(fd)
        except OSError as error:
            raise LedgerError(
                f"The disk of the ledger {self.path} failed to write: {error.strerror}.",
                hint="What was recorded before is safe. Check the disk, then run again.",
            ) from error
        finally:
            os.close(fd)

    def confirm(self) -> None:
        """See that the file is still the one that was opened.

        One that was deleted is written again, whole, from this connection, which still has it.
        Raises :class:`~orgloop.errors.LedgerError` in either case: nobody else reads what this
        connection would write from now on.
        """
        found = _identity(self.path)
        if found == self._file:
            return
        with self._lock:
            if found is None:
                restore(self._connection, self.path)
        raise failures.taken_away(self.path, restored=found is None)

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        with self._lock:
            self._connection.close()
            if self._copy is not None:
                self._copy.cleanup()
                self._copy = None


class Transaction:
    """The one transaction of a connection; entered again, it joins what is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.lock = threading.RLock()
        self._connection = connection
        self._path = path
        self._depth = 0
        self._broken = False

    def __enter__(self) -> None:
        self.lock.acquire()
        try:
            if self._depth == 0:
                self._broken = False
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
        except BaseException as error:
            self.lock.release()
            if isinstance(error, sqlite3.Error):
                raise failures.explain(error, self._path) from error
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._depth -= 1
            if error is not None:
                self._broken = True
            if self._depth == 0:
                self._end()
            if isinstance(error, sqlite3.Error):
                raise failures.explain(error, self._path) from error
            if self._broken and error is None and self._depth == 0:
                raise LedgerError(
                    f"A write to the ledger {self._path} failed and was taken back.",
                    hint="The error before this one says why.",
                )
        finally:
            self.lock.release()

    def _end(self) -> None:
        if not self._broken:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise failures.explain(error, self._path) from error
        else:
            self._roll_back()

    def _roll_back(self) -> None:
        # SQLite itself rolls back on some failures (a full disk), and then there is nothing open.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_dev


def restore(connection: sqlite3.Connection, path: Path) -> None:
    """Write all that ``connection`` holds to ``path``, whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        copy = sqlite3.connect(draft)
        try:
            connection.backup(copy)
        finally:
            copy.close()
        draft.replace(path)
    except OSError as error:
        raise LedgerError(
            f"The ledger {path} was deleted while the lab ran, and cannot be written again: "
            f"{error.strerror or error}.",
            hint="The commits of the experiments are in git, under refs/orgloop/.",
        ) from error
    except sqlite3.Error as error:
        raise failures.explain(error, path) from error


def _connect(uri: str, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


def _connect_reader(
    path: Path, busy_s: float
) -> tuple[sqlite3.Connection, tempfile.TemporaryDirectory[str] | None]:
    """A connection that reads, and the copy that it reads where the original cannot be opened.

    A WAL file needs a shared-memory file beside it. Where none can be made (a read-only disk, a
    directory of another user), a ledger whose WAL is empty is opened as it lies, and any other is
    copied away first.
    """
    uri = path.absolute().as_uri()
    connection: sqlite3.Connection | None = None
    try:
        connection = _connect(f"{uri}?mode=ro", busy_s)
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    else:
        return connection, None
    wal = path.with_name(f"{path.name}-wal")
    if not (wal.exists() and wal.stat().st_size):
        return _connect(f"{uri}?mode=ro&immutable=1", busy_s), None
    import shutil
    import tempfile

    copy = tempfile.TemporaryDirectory(prefix="orgloop-ledger-")
    for source in (path, wal):
        shutil.copyfile(source, Path(copy.name, source.name))
    return _connect(Path(copy.name, path.name).as_uri(), busy_s), copy


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The file's schema; 0 for an empty file. Raises for one that is not for this version."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    mark: int = connection.execute("PRAGMA application_id").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if mark != APPLICATION_ID and (tables or found or mark):
        raise failures.foreign(path)
    if found > SCHEMA:
        raise failures.newer(path, found, SCHEMA)
    return found


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this version's schema, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated meanwhile.
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in MIGRATIONS[found:]:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
