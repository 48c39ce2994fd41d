"""Refs: compare-and-swap on git's own files, with git's own lock protocol.

A loose ref costs a lock file and a rename (0.1 ms) and leaves no reflog. ``packed-refs`` is
parsed once per version of the file, so that ten thousand refs cost no more than ten.
"""

from __future__ import annotations

import errno
import os
import re
import threading
import time
from pathlib import Path
from typing import cast

from gitdb.util import LockedFD  # type: ignore[import-untyped]

from orgloop.errors import RepoError
from orgloop.repo.process import Command
from orgloop.repo.unwritable import unwritable

_ID = re.compile(rb"[0-9a-f]{40}\s*")
_BAD = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|\.$|^[/.]|/$")
_STALE_AFTER = 2.0
_OLD = 60.0


def experiment_ref(run: str, experiment: str) -> str:
    """The ref that keeps an experiment's commit reachable."""
    return f"refs/orgloop/{run}/{experiment}"


def earlier_ref(run: str, commit: str) -> str:
    """The ref of a commit that was an experiment's before it was revised or put elsewhere."""
    return f"refs/orgloop/{run}/earlier/{commit}"


def run_branch(run: str) -> str:
    """The ref of a run's branch, whose head is the incumbent."""
    return f"refs/heads/orgloop/{run}"


class Refs:
    """The refs of one repository; safe from any thread and beside other git processes."""

    def __init__(self, common_dir: Path) -> None:
        self._root = common_dir
        self._command = Command(common_dir)
        self._lock = threading.RLock()
        self._packed_stamp: tuple[int, ...] | None = None
        self._packed: dict[str, str] = {}
        self.written = 0
        """Refs written since the last :meth:`pack`: above a thousand, pack."""

    def get(self, ref: str) -> str | None:
        """The commit that a full ref name holds, or None."""
        path = self._path(ref)
        try:
            found = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return self._read_packed().get(ref)
        return found.strip().decode("ascii") if _ID.fullmatch(found) else None

    def set(self, ref: str, commit: str, *, expect: str | None = None, force: bool = False) -> None:
        """Move a ref from ``expect`` (None: it must not exist) to ``commit``.

        Setting it to what it holds already is fine. ``force`` skips the comparison. Raises
        RepoError where another value is found, or where the name clashes with a folder's.
        """
        path = self._path(ref)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise RepoError(
                f"`{ref}` cannot be made, since a shorter name of it is a ref already.",
                hint="Rename that branch, for instance `git branch -m orgloop old-orgloop`.",
            ) from error
        with self._lock:
            lock = self._locked(path)
            try:
                found = self.get(ref)
                if found != commit:
                    if not force and found != expect:
                        raise RepoError(
                            f"`{ref}` is at {_short(found)} where {_short(expect)} was expected."
                        )
                    os.write(lock.descriptor, f"{commit}\n".encode("ascii"))
                    lock.commit()
                    self.written += 1
            except OSError as error:
                raise unwritable(f"`{ref}` cannot be written", error) from error
            finally:
                lock.rollback()

    def delete(self, ref: str, *, expect: str | None = None) -> None:
        """Remove a ref; with ``expect`` only while it holds that commit. Gone already is fine."""
        found = self.get(ref)
        if found is None:
            return
        if expect is not None and found != expect:
            raise RepoError(f"`{ref}` is at {_short(found)} where {_short(expect)} was expected.")
        self._command.run("update-ref", "--no-deref", "-d", ref, found)

    def names(self, prefix: str) -> dict[str, str]:
        """Every ref below ``prefix`` (``refs/orgloop/r1/``) with its commit, sorted."""
        found = {name: at for name, at in self._read_packed().items() if name.startswith(prefix)}
        root = self._root / prefix
        for folder, _, files in os.walk(root):
            for name in files:
                ref = (Path(folder) / name).relative_to(self._root).as_posix()
                value = None if name.endswith(".lock") else self.get(ref)
                if value is not None:
                    found[ref] = value
        return dict(sorted(found.items()))

    def runs(self) -> tuple[str, ...]:
        """The runs that any lab of this repository has left traces of."""
        taken = {name.split("/")[2] for name in self.names("refs/orgloop/")}
        taken |= {name.split("/")[3] for name in self.names("refs/heads/orgloop/")}
        return tuple(sorted(taken))

    def holders(self, ref: str) -> tuple[str, ...]:
        """The checkouts whose HEAD is on this branch; moving it would confuse them."""
        heads = [self._root / "HEAD", *self._root.glob("worktrees/*/HEAD")]
        return tuple(str(head.parent) for head in heads if _text(head).strip() == f"ref: {ref}")

    def pack(self) -> bool:
        """Gather loose refs in one file (``git pack-refs``); False where git could not now."""
        self.written = 0
        code, _ = self._command.run_code("pack-refs", "--all", "--prune", allowed=range(256))
        return code == 0

    def _path(self, ref: str) -> Path:
        if not ref.startswith("refs/") or _BAD.search(ref):
            raise RepoError(f"`{ref}` is not a name that git allows for a ref.")
        return self._root / ref

    def _locked(self, path: Path) -> _Lock:
        lock = path.with_name(path.name + ".lock")
        began = time.monotonic()
        deadline, seen = began + 3 * _STALE_AFTER, (_stamp(lock), began)
        while True:
            try:
                return _Lock(path)
            except OSError as error:
                reason = error.__cause__ if isinstance(error.__cause__, OSError) else error
                if reason.errno != errno.EEXIST or time.monotonic() > deadline:
                    raise unwritable(f"{path} cannot be locked", reason) from error
            # Locks are held for microseconds: one that stays is what a killed process left. How
            # long it stays is watched here, since its date is by a clock that may jump.
            stamp, now = _stamp(lock), time.monotonic()
            if stamp != seen[0]:
                seen = (stamp, now)
            elif now - seen[1] > _STALE_AFTER or _age(lock) > _OLD:
                lock.unlink(missing_ok=True)
            time.sleep(0.005)

    def _read_packed(self) -> dict[str, str]:
        file = self._root / "packed-refs"
        with self._lock:
            try:
                stat = file.stat()
            except FileNotFoundError:
                return {}
            stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            if stamp != self._packed_stamp:
                lines = file.read_text("utf-8", "surrogateescape").split("\n")
                self._packed = {
                    line[41:]: line[:40] for line in lines if line and line[0] not in "#^"
                }
                self._packed_stamp = stamp
            return self._packed


class _Lock:
    """``ref.lock``, by gitdb's LockedFD."""

    def __init__(self, path: Path) -> None:
        self._held = LockedFD(str(path))
        self.descriptor = cast(int, self._held.open(write=True))

    def commit(self) -> None:
        self._held.commit()

    def rollback(self) -> None:
        self._held.rollback()


def _short(commit: str | None) -> str:
    return "nothing" if commit is None else commit[:12]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
