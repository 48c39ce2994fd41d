"""Whether a commit keeps to the task's editable files.

Editable means the content of regular files that ``editable:`` matches. Adding and deleting such
files is part of that, so a rename between two editable paths is fine. Everything else is refused:
other files, symlinks, submodules, executable bits, git's own files, names that some disks take
for another file's, and, where only a wildcard lets them in, new files that change what frozen
code imports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from orgloop.repo.changes import Change
from orgloop.repo.globs import Globs
from orgloop.repo.paths import path_trouble, same_on_some_disk
from orgloop.repo.trees import FILE, GITLINK, SYMLINK

_SHADOWS = sys.stdlib_module_names | {"sitecustomize", "usercustomize"}
_LOADED = (".pth", ".pyc", ".pyo", ".egg-link", ".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path that a commit may not touch in this way, and why, as the end of a sentence."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"`{self.path}` {self.why}"


def out_of_scope(
    changes: Iterable[Change], editable: Iterable[str] | Globs, *, existing: Iterable[str] = ()
) -> tuple[Refusal, ...]:
    """Every refusal, in order of path; empty where the commit may go to the bench.

    ``existing`` are the paths of the base commit: with them, a new file whose name differs from
    an old one's only by case (or by how an accent is written) is refused too.
    """
    globs = editable if isinstance(editable, Globs) else Globs(editable)
    listed = list(changes)
    gone = {change.path for change in listed if change.kind == "deleted"}
    taken = {same_on_some_disk(path): path for path in existing if path not in gone}
    refusals = []
    for change in listed:
        why = _refusal(change, globs)
        if why is None and change.kind == "added":
            twin = taken.setdefault(same_on_some_disk(change.path), change.path)
            if twin != change.path:
                why = f"differs from `{twin}` only in a way that some disks ignore"
        if why is not None:
            refusals.append(Refusal(change.path, why))
    return tuple(refusals)


def _refusal(change: Change, globs: Globs) -> str | None:
    if change.path.startswith("../"):
        return "is outside the lab"
    if trouble := path_trouble(change.path):
        return trouble
    if not globs.matches(change.path):
        return "is not one of the editable files"
    modes = (change.old_mode, change.new_mode)
    if SYMLINK in modes:
        return "is a symlink"
    if GITLINK in modes:
        return "is a submodule"
    if change.kind in ("mode", "type"):
        return "has its file mode changed"
    if change.kind == "added" and change.new_mode != FILE:
        return "is a new file with the executable bit set"
    if change.kind == "added" and not globs.names(change.path):
        return _shadow(change.path)
    return None


def _shadow(path: str) -> str | None:
    *folders, name = path.split("/")
    if "__pycache__" in folders or name.endswith(_LOADED):
        return "is a file that Python loads by itself"
    if not name.endswith(".py") and not folders:
        return None
    module = name.split(".")[0] if name.endswith(".py") else ""
    if module in _SHADOWS or (folders and folders[0] in _SHADOWS):
        return "would take the place of a standard module for the code that measures it"
    return None
