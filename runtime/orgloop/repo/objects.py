"""Reading and writing git objects without a git process each time.

Objects are written loose through gitdb's ``LooseObjectDB`` (about 0.2 ms), read straight from
their loose file where there is one, and else through one long-lived ``git cat-file --batch``.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import weakref
import zlib
from pathlib import Path
from typing import Literal, Protocol, cast

from git.exc import GitError
from gitdb.base import IStream  # type: ignore[import-untyped]
from gitdb.db.loose import LooseObjectDB  # type: ignore[import-untyped]

from orgloop.errors import RepoError
from orgloop.repo.lru import Lru
from orgloop.repo.process import Command
from orgloop.repo.unwritable import unwritable

Kind = Literal["blob", "tree", "commit"]

_CACHED_BYTES = 16 * 2**20
_CACHED_LARGEST = 2**20
_ATTEMPTS = 5


class _Writer(Protocol):
    def store(self, istream: object) -> object: ...


class ObjectStore:
    """The objects of one repository, by their hexadecimal ids.

    Safe from any thread: the caches lock themselves, ``cat-file`` is used by one caller at a
    time, and a loose object is written to a temporary file that is renamed into place.
    """

    def __init__(self, common_dir: Path) -> None:
        self._root = common_dir / "objects"
        self._loose = cast(_Writer, LooseObjectDB(str(self._root)))
        self._command = Command(common_dir)
        self._lock = threading.Lock()
        self._read: Lru[str, tuple[str, bytes]] = Lru(_CACHED_BYTES)
        self._finalizer = weakref.finalize(self, self._command.end)

    def read(self, name: str, kind: Kind) -> bytes:
        """An object's content; raises RepoError where it is missing or of another kind."""
        found = self._read.get(name)
        if found is None:
            found = self._read_loose(name) or self._read_packed(name)
            if len(found[1]) <= _CACHED_LARGEST:
                self._read.put(name, found, len(found[1]) + 200)
        if found[0] != kind:
            raise RepoError(f"Object {name[:12]} is a {found[0]} where a {kind} was expected.")
        return found[1]

    def write(self, kind: Kind, content: bytes) -> str:
        """Store an object unless it is there already; returns its id."""
        header = b"%s %d\0" % (kind.encode(), len(content))
        name = hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
        path = self._root / name[:2] / name[2:]
        try:
            # Touching it keeps a concurrent `git gc` from pruning it as an old loose object.
            os.utime(path)
            if path.stat().st_size > 0:
                return name
            path.unlink()  # a machine that lost power can leave an empty file behind
        except OSError:
            pass
        try:
            self._store(kind, content)
        except OSError as error:
            raise unwritable(
                "Git's object store cannot be written",
                error,
                hint=f"Check the free space and the rights of {self._root}.",
            ) from error
        return name

    def _store(self, kind: Kind, content: bytes) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                self._loose.store(IStream(kind.encode(), len(content), io.BytesIO(content)))
            except FileNotFoundError:
                # A `git gc` beside us removes a directory once it is empty: here just after it
                # was made for this object.
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def close(self) -> None:
        """End the ``cat-file`` process; it starts again when it is needed."""
        with self._lock:
            self._command.end()

    def _read_loose(self, name: str) -> tuple[str, bytes] | None:
        try:
            packed = (self._root / name[:2] / name[2:]).read_bytes()
        except OSError:
            return None
        try:
            header, _, content = zlib.decompress(packed).partition(b"\0")
        except zlib.error:
            return None  # cat-file may find a good copy in a pack
        return header.split(b" ", 1)[0].decode("ascii", "replace"), content

    def _read_packed(self, name: str) -> tuple[str, bytes]:
        with self._lock:
            for attempt in (1, 2):
                try:
                    _, kind, _, content = self._command.git.get_object_data(name)
                except (GitError, OSError) as error:
                    self._command.end()
                    if attempt == 2:
                        raise RepoError(f"git cannot read object {name[:12]}.") from error
                except ValueError as error:
                    self._command.end()
                    if attempt == 2:
                        raise RepoError(
                            f"Object {name[:12]} is not in the repository.",
                            hint="`git fsck` says whether the repository is whole.",
                        ) from error
                else:
                    # GitPython says text and gives bytes.
                    return kind if isinstance(kind, str) else bytes(kind).decode(), content
        raise AssertionError("unreachable")
