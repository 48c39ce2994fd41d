"""A commit's files in a plain directory that is no worktree: for a person to edit."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from orgloop.repo.globs import Globs
from orgloop.repo.lab_repo import LabRepo
from orgloop.repo.trees import GITLINK, SYMLINK


def copy_out(repo: LabRepo, commit: str, directory: Path, hidden: Iterable[str] = ()) -> None:
    """Write the lab's files at ``commit`` below ``directory``; raises OSError.

    What ``hidden`` matches is left out, and so are submodules.
    """
    unseen = Globs(hidden, floating=True)
    for path, entry in repo.entries(commit).items():
        if entry.mode == GITLINK or (unseen and unseen.matches(path)):
            continue
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = repo.objects.read(entry.blob, "blob")
        if entry.mode == SYMLINK:
            target.symlink_to(os.fsdecode(content))
        else:
            target.write_bytes(content)
            target.chmod(entry.mode & 0o777)
