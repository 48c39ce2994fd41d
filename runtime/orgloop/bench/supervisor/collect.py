"""Copies what candidate code left into a place that it cannot reach.

The copy holds regular files only. Every component of every path is opened without following
links, so a link to the evaluator's secrets or to another slot is refused and not read.
"""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH103, PTH118, PTH120

from __future__ import annotations

import contextlib
import fnmatch
import os
import stat

from orgloop.bench.supervisor.walk import DEEPEST, FOLDER, TooDeep, walk

GLOB = frozenset("*?[")
MOST_FILES = 10_000
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Refused(Exception):
    """What was left cannot be taken; the message is a clause for the person."""


def collect(
    root: str, below: str, patterns: list[str], target: str, limit: int, *, needed: bool
) -> None:
    """Copy what matches from ``root/below`` into ``target``, which is made.

    A pattern is a path, a directory (all below it) or a glob, relative to ``below``. Nothing
    under ``root`` is trusted, the way to ``below`` included. Raises :class:`Refused` where a
    needed one matches nothing, where what matches is no regular file, or past ``limit`` bytes.
    """
    os.makedirs(target, exist_ok=True)
    prefix = f"{below}/" if below not in ("", ".") else ""
    found: list[str] = []
    names: list[str] | None = None
    for pattern in patterns:
        if GLOB & set(pattern):
            names = _named(root, below) if names is None else names
            matched = [n for n in names if fnmatch.fnmatchcase(n.removeprefix(prefix), pattern)]
        else:
            matched = _named(root, prefix + pattern)
        if needed and not matched:
            raise Refused(f"left no `{pattern}`")
        found += matched
    left = limit
    for name in dict.fromkeys(found):
        left -= _copy(root, name, os.path.join(target, name.removeprefix(prefix)), left)


def _open(source: str, name: str, flags: int) -> int:
    at = os.open(source, FOLDER)
    *folders, last = [part for part in name.split("/") if part not in ("", ".")] or ["."]
    try:
        for folder in folders:
            if folder == "..":
                raise Refused(f"`{name}` leads out of the worktree")
            below = os.open(folder, FOLDER, dir_fd=at)
            os.close(at)
            at = below
        return os.open(last, flags, dir_fd=at)
    finally:
        os.close(at)


def _named(source: str, name: str) -> list[str]:
    try:
        fd = _open(source, name, _FILE)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refused(f"`{name}` is a link or cannot be read ({error.strerror})") from None
    is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
    os.close(fd)
    name = os.path.normpath(name)
    if not is_folder:
        return [name]
    return [os.path.normpath(f"{name}/{below}") for below in _files(os.path.join(source, name))]


def _files(source: str) -> list[str]:
    found: list[str] = []
    try:
        for path, entry in walk(source):
            if not entry.is_dir(follow_symlinks=False):
                found.append(path)
            if len(found) > MOST_FILES:
                raise Refused(f"left more than {MOST_FILES} files")
    except TooDeep:
        raise Refused(f"left folders nested more than {DEEPEST} deep") from None
    return sorted(found)


def _copy(source: str, name: str, target: str, limit: int) -> int:
    try:
        fd = _open(source, name, _FILE)
    except OSError as error:
        raise Refused(f"`{name}` is a link or cannot be read ({error.strerror})") from None
    try:
        about = os.fstat(fd)
        if not stat.S_ISREG(about.st_mode):
            raise Refused(f"`{name}` is not a regular file")
        if about.st_size > limit:
            raise Refused(f"`{name}` is larger than the disk limit allows")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        with contextlib.closing(os.fdopen(out, "wb")) as sink:
            while chunk := os.read(fd, 1 << 20):
                sink.write(chunk)
        return about.st_size
    finally:
        os.close(fd)
