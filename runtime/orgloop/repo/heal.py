"""Mending what a killed lab, a killed git or a person's `rm -rf` left in the repository."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection
from pathlib import Path

from orgloop.repo.place import Place
from orgloop.repo.trash import Trash
from orgloop.repo.worktree import ours, registered

_OLD = 600.0


def heal_worktrees(place: Place, root: Path, trash: Trash, held: Collection[Path]) -> None:
    """Make git's list of worktrees and the slots under ``root`` agree, but for those ``held``.

    Worktrees that Orgloop registered and that are gone (also another place's, where the lab was
    moved) are forgotten; slots that git does not know go to the trash; git's locks in our
    worktrees' directories are removed, since nothing of ours runs now.
    """
    known = registered(place)
    for path, git_dir in known.items():
        mine = path.parent == root
        if path in held or not (mine or ours(git_dir)):
            continue
        if not path.is_dir() or path.is_symlink() or (mine and not _usable(git_dir)):
            with contextlib.suppress(OSError):
                trash.take(git_dir)
        elif mine:
            for lock in git_dir.glob("*.lock"):
                lock.unlink(missing_ok=True)
    for git_dir in place.common_dir.glob("worktrees/*"):
        # A `git worktree add` that was killed at once leaves this, locked for ever.
        if not (git_dir / "gitdir").exists() and time.time() - git_dir.stat().st_mtime > _OLD:
            with contextlib.suppress(OSError):
                trash.take(git_dir)
    known = registered(place)
    for path in root.iterdir():
        if path in held or path in known:
            continue
        if path.name.endswith(".setup.json") and root / path.name.split(".")[0] in known:
            continue
        with contextlib.suppress(OSError):
            trash.take(path)


def heal_repository(place: Place) -> None:
    """Remove old leftovers of killed writers: half-written objects and a dead ref-packer's lock.

    Only files that are older than ten minutes, so nobody else's work in progress is hit.
    """
    now = time.time()
    left = [*(place.common_dir / "objects").glob("obj*"), place.common_dir / "packed-refs.lock"]
    for path in left:
        with contextlib.suppress(OSError):
            if path.is_file() and now - path.stat().st_mtime > _OLD:
                path.unlink()


def _usable(git_dir: Path) -> bool:
    return ours(git_dir) and (git_dir / "commondir").is_file()
