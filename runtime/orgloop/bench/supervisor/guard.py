"""Notices a step that changes files it has no business with: tracked and frozen ones.

Nothing that counts is read from there, so this protects nothing. It lets an attempt be reported as
what it was. A program can set back a file's times, but not its change time or its inode.
"""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
from collections.abc import Sequence

_Mark = tuple[int, int, int, int] | None


class Guard:
    """How the files below ``root`` looked before the step."""

    def __init__(self, root: str, paths: Sequence[str]) -> None:
        self._before = {path: _mark(os.path.join(root, path)) for path in paths}
        self._root = root

    def changed(self) -> list[str]:
        """Those that were changed, replaced or removed, in the order they were given."""
        return [
            path
            for path, before in self._before.items()
            if _mark(os.path.join(self._root, path)) != before
        ]


def _mark(path: str) -> _Mark:
    try:
        about = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return about.st_ino, about.st_ctime_ns, about.st_size, about.st_mode
