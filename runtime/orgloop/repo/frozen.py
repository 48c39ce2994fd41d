"""The frozen checkout: the files of a run's baseline, from which trusted code is run.

It lies at a path of its own and is written once, so a scoring step that outlives its lab finds it
where it was, whatever becomes of the slots.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orgloop.repo.lab_repo import LabRepo
from orgloop.repo.sweep import folders_of
from orgloop.repo.trees import GITLINK, SYMLINK
from orgloop.repo.worktree import write_new


def freeze(repo: LabRepo, commit: str) -> Path:
    """The lab's folder in a checkout of ``commit`` under ``.orgloop/frozen/``.

    Made under another name and renamed when whole, so a lab that dies half way leaves none.
    """
    top = repo.home / "frozen" / commit
    if not top.is_dir():
        draft = top.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        write_out(repo, commit, draft)
        draft.rename(top)
    return top / repo.place.prefix if repo.place.prefix else top


def write_out(repo: LabRepo, commit: str, directory: Path) -> None:
    """Write a commit's files into an empty directory that git knows nothing of."""
    entries = repo.trees.flatten(repo.commits.read(commit).tree)
    for folder in sorted(folders_of(entries)):
        (directory / folder).mkdir(exist_ok=True)
    for path, entry in entries.items():
        if entry.mode == GITLINK:
            (directory / path).mkdir(exist_ok=True)
            continue
        content = repo.objects.read(entry.blob, "blob")
        if entry.mode == SYMLINK:
            (directory / path).symlink_to(os.fsdecode(content))
        else:
            write_new(directory / path, content, entry.mode)
