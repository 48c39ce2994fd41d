"""A walk over what candidate code left, however deep it is nested: no recursion, no long paths."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH118

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

DEEPEST = 200
"""Folders within folders. Each holds a descriptor while the walk is in it."""
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class TooDeep(Exception):
    """Folders are nested more than :data:`DEEPEST` deep."""


def walk(root: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below ``root``: its path from there, and its entry. No link is followed.

    What goes away meanwhile, or may not be read, is left out. Raises :class:`TooDeep`.
    """
    levels: list[tuple[int, str, list[str]]] = []
    try:
        with contextlib.suppress(OSError):
            levels.append((os.open(root, FOLDER), "", []))
            yield from _entries(levels[-1])
        while levels:
            fd, path, folders = levels[-1]
            if not folders:
                os.close(fd)
                levels.pop()
                continue
            name = folders.pop()
            try:
                inner = os.open(name, FOLDER, dir_fd=fd)
            except OSError:
                continue
            levels.append((inner, os.path.join(path, name), []))
            if len(levels) > DEEPEST:
                raise TooDeep
            yield from _entries(levels[-1])
    finally:
        for fd, _, _ in levels:
            os.close(fd)


def _entries(level: tuple[int, str, list[str]]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    fd, path, folders = level
    try:
        found = os.scandir(fd)
    except OSError:
        return
    with found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            yield os.path.join(path, entry.name), entry
