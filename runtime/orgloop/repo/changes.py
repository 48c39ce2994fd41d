"""What a commit touches, compared with another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from orgloop.repo.trees import Entry, Trees

ChangeKind = Literal["added", "modified", "deleted", "mode", "type"]


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs. A rename is a deletion and an addition."""

    path: str
    """Relative to the lab; outside of it the path starts with ``../``."""
    kind: ChangeKind
    """``mode``: only the executable bit. ``type``: file, symlink or submodule turned into
    another of them, whatever became of the content."""
    old_mode: int
    """Zero where the path was not there."""
    new_mode: int
    """Zero where the path is gone."""


def compare(trees: Trees, prefix: str, old: str, new: str) -> Iterator[Change]:
    """The changes from one root tree to another, in order of path."""
    for path, was, now in trees.compare(old, new):
        inside = path.startswith(f"{prefix}/") if prefix else True
        shown = path[len(prefix) + 1 :] if prefix and inside else path
        if not inside:
            shown = posixpath.relpath(path, prefix)
        yield Change(
            path=shown,
            kind=_kind(was, now),
            old_mode=was.mode if was else 0,
            new_mode=now.mode if now else 0,
        )


def _kind(was: Entry | None, now: Entry | None) -> ChangeKind:
    if was is None:
        return "added"
    if now is None:
        return "deleted"
    if was.mode == now.mode:
        return "modified"
    if was.regular and now.regular:
        return "mode"
    return "type"
