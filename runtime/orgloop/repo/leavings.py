"""What somebody left changed in a checkout, as edits to the commit that it was of.

Nothing here runs git in the checkout, follows a link, or believes a file's time: every tracked
file is hashed and compared with its blob.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orgloop.repo.globs import Globs
from orgloop.repo.trees import GITLINK, SYMLINK, Entry

LARGEST = 8 * 2**20
"""Bytes of a new or changed file that a commit takes."""
_NEVER = frozenset({".git", "__pycache__", ".orgloop"})


@dataclass(frozen=True, slots=True)
class Leavings:
    """What differs from the commit."""

    edits: Mapping[str, bytes | None]
    """New content by path relative to the lab; None where a tracked file is gone."""
    refused: tuple[str, ...] = ()
    """What no edit can say, each the beginning and end of a sentence: "`x` is now a symlink"."""
    left_behind: tuple[str, ...] = ()
    """New files that are not editable, so not part of the change: logs, caches, downloads."""


def leavings(
    lab: Path,
    entries: Mapping[str, Entry],
    editable: Iterable[str],
    hidden: Iterable[str] = (),
    ours: Collection[str] = (),
) -> Leavings:
    """Compare the checkout of a lab with the tracked ``entries`` that it was made from.

    A tracked file that changed is an edit whether it is editable or not: who is to refuse it
    must see it. A new file is one only where ``editable`` matches. ``hidden`` ones were not there
    for whoever worked here, and are not looked at; nor is ``ours``, files and folders at the top
    of the lab that were put there on purpose.
    """
    allowed, unseen = Globs(editable), Globs(hidden, floating=True)
    edits: dict[str, bytes | None] = {}
    refused: list[str] = []
    for path, entry in entries.items():
        if entry.mode == GITLINK or (unseen and unseen.matches(path)):
            continue
        found = _look(lab / path)
        if found is None:
            edits[path] = None
        elif isinstance(found, str):
            if not (entry.mode == SYMLINK and found == "a symlink"):
                refused.append(f"`{path}` is now {found}")
            elif _differs(os.fsencode((lab / path).readlink()), entry):
                refused.append(f"`{path}` is a symlink that points elsewhere now")
        elif entry.mode == SYMLINK:
            refused.append(f"`{path}` was a symlink")
        elif _differs(found, entry):
            edits[path] = found
    left: list[str] = []
    for path in _files(lab):
        if path in entries or path.partition("/")[0] in ours:
            continue
        if not allowed.matches(path):
            left.append(path)
            continue
        found = _look(lab / path)
        if isinstance(found, bytes):
            edits[path] = found
        elif found is not None:
            refused.append(f"`{path}` is {found}")
    return Leavings(edits, tuple(refused), tuple(sorted(left)))


def _look(path: Path) -> bytes | str | None:
    """A regular file's bytes, what it is instead, or None where there is nothing."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(found.st_mode):
        return "a symlink"
    if stat.S_ISDIR(found.st_mode):
        return "a directory"
    if not stat.S_ISREG(found.st_mode):
        return "no regular file"
    if found.st_size > LARGEST:
        return f"larger than {LARGEST // 2**20} MB"
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(LARGEST)


def _differs(content: bytes, entry: Entry) -> bool:
    digest = hashlib.sha1 if len(entry.blob) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(content) + content).hexdigest() != entry.blob


def _files(lab: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(lab):
        # A nested repository is nobody's edit, whatever it calls itself.
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*files, *links]):
            if name not in _NEVER:
                yield Path(folder, name).relative_to(lab).as_posix()
