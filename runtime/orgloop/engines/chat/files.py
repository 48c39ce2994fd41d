"""What a role reads and changes at its desk: files of the lab, by path.

The checkout holds whatever a role's commands have left there, links and pipes among it, and the
lab's own process is what reads it here. So no link is followed at any step of a path, nothing but
regular files is opened, and what the task hides is not there.
"""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orgloop.desk import Desk

LARGEST = 1_000_000
"""Bytes of a file that is read or written whole."""
_NEVER = frozenset({".git", ".orgloop", "__pycache__"})


class Refused(Exception):
    """A tool's call that cannot be done; the message is for the model, which may try again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the lab."""

    path: str
    size: int


class DeskFiles:
    """The files at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lab = desk.lab

    def read(self, path: str) -> str:
        """The file's text. Raises :class:`Refused` where there is none to be had."""
        return _text(path, self._bytes(self._inside(path)))

    def replace(self, path: str, old: str, new: str, *, everywhere: bool = False) -> str:
        """Put ``new`` in the place of ``old``, which must be there once, or at least once.

        Returns what there is to say about the file as it is now.
        """
        name = self._changeable(path)
        content = self._bytes(name)
        _text(path, content)
        was, now = old.encode(), new.encode()
        if b"\r\n" in content and was not in content:
            was, now = (part.replace(b"\n", b"\r\n") for part in (was, now))
        if not old:
            raise Refused("`old` is empty: give the text that is to be replaced.")
        if was == now:
            raise Refused("`old` and `new` are the same: nothing would change.")
        count = content.count(was)
        if count == 0:
            raise Refused(
                f"`old` is not in `{name}`: give the text as it stands there, to the space. "
                "Read the part again."
            )
        if count > 1 and not everywhere:
            raise Refused(
                f"`old` is in `{name}` {count} times: give more lines around it, or set `all`."
            )
        return self._put(name, content.replace(was, now))

    def write(self, path: str, content: str) -> str:
        """Make the file, or replace all of it; returns what there is to say about it."""
        return self._put(self._changeable(path), content.encode())

    def walk(self) -> Iterator[Found]:
        """Every file but hidden ones, by folder; links are left out."""
        for folder, folders, files in os.walk(self._lab):
            at = Path(folder).relative_to(self._lab)
            folders[:] = sorted(name for name in folders if name not in _NEVER)
            for name in sorted(files):
                path = (at / name).as_posix()
                found = (self._lab / path).lstat()
                if stat.S_ISREG(found.st_mode) and not self._desk.hides(path):
                    yield Found(path, found.st_size)

    def _inside(self, path: str) -> str:
        """The path relative to the lab, once it is known to name something that may be seen."""
        written = path.strip().removeprefix("./") or "."
        if written.startswith(f"{self._lab}/"):
            written = written[len(f"{self._lab}/") :]
        parts = PurePosixPath(written).parts
        if not parts or "\0" in written or written.startswith(("/", "~")) or ".." in parts:
            raise Refused(f"`{path}` is not inside the lab: paths are relative to it.")
        name = "/".join(parts)
        if _NEVER & set(parts) or self._desk.hides(name):
            raise Refused(f"There is no `{name}`.")
        for depth in range(1, len(parts) + 1):
            if (self._lab / "/".join(parts[:depth])).is_symlink():
                raise Refused(f"`{name}` leads through a symlink, which is not followed.")
        return name

    def _changeable(self, path: str) -> str:
        name = self._inside(path)
        if not self._desk.may_change(name):
            raise Refused(
                f"`{name}` is not one of the task's editable files; a change there would end the "
                "experiment."
            )
        return name

    def _bytes(self, name: str) -> bytes:
        path = self._lab / name
        try:
            found = path.lstat()
        except OSError as error:
            raise Refused(f"There is no `{name}`.") from error
        if stat.S_ISDIR(found.st_mode):
            raise Refused(f"`{name}` is a folder.")
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"`{name}` is no regular file.")
        if found.st_size > LARGEST:
            raise Refused(f"`{name}` is too large: {found.st_size} bytes, {LARGEST} at most.")
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(LARGEST)

    def _put(self, name: str, content: bytes) -> str:
        if len(content) > LARGEST:
            raise Refused(f"That is too much for one file: {len(content)} bytes.")
        path = self._lab / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A file in place of what is there, with its permissions: nothing is written through.
            mode = stat.S_IMODE(path.lstat().st_mode) if path.exists() else 0o644
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        except OSError as error:
            raise Refused(f"`{name}` cannot be written: {error.strerror}.") from error
        return f"`{name}` now has {_lines(content)}.{_syntax(name, content)}"


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"`{path}` is not text in UTF-8.") from error


def _lines(content: bytes) -> str:
    count = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    return "1 line" if count == 1 else f"{count} lines"


def _syntax(name: str, content: bytes) -> str:
    """What a crash on the bench would tell a minute later, for a role that cannot run it."""
    if not name.endswith(".py"):
        return ""
    try:
        ast.parse(content)
    except SyntaxError as error:
        return f" It does not parse: {error.msg}, line {error.lineno}."
    except (ValueError, RecursionError, MemoryError) as error:
        return f" It does not parse: {error}."
    return ""
