"""Taking everything out of a slot that the commit does not put there.

That goes for what hangs on a file beside its content: extended attributes, times, odd permissions.
A run that kept kilobytes of weights there would find them again in the same slot.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from orgloop.repo.trash import Trash
from orgloop.repo.trees import GITLINK, SYMLINK, Entry


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder on the way to the paths, the paths themselves left out."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def sweep(root: Path, tracked: Mapping[str, Entry], kept: Iterable[str], trash: Trash) -> None:
    """Leave only tracked paths of the right type, their folders, ``.git`` and what is ``kept``.

    Contents are not compared. No link is followed: a folder that became a symlink is removed.
    Raises OSError where something cannot be removed even by its owner.
    """
    found = _lstat(root)
    if found is None or not stat.S_ISDIR(found.st_mode):
        trash.take(root)
        root.mkdir()
    kept = set(kept)
    folders = folders_of([*tracked, *kept])
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        here = root / folder if folder else root
        # By its bits and not by os.access, to which root may do everything.
        mode = stat.S_IMODE(here.lstat().st_mode)
        if mode & 0o7702 != 0o700:
            here.chmod(0o755)
        for name in _attributes(here):
            os.removexattr(here, name, follow_symlinks=False)
        with os.scandir(here) as entries:
            for entry in list(entries):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if path in kept or (path == ".git" and entry.is_file(follow_symlinks=False)):
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and path in folders and path not in tracked:
                    waiting.append(path)
                elif not _as_tracked(entry, tracked.get(path)):
                    trash.take(Path(entry.path))
                else:
                    _same_times(entry.path)
        _same_times(here)


def _as_tracked(entry: os.DirEntry[str], wanted: Entry | None) -> bool:
    if wanted is None or wanted.mode == GITLINK:
        return False
    if wanted.mode == SYMLINK:
        return entry.is_symlink()
    found = entry.stat(follow_symlinks=False)
    # What has odd permissions or a second name is written anew, like what has another type.
    plain = found.st_mode & 0o7602 == 0o600 and not _attributes(entry.path)
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and plain


def _attributes(path: str | Path) -> list[str]:
    """Extended attributes that a program can set; the system's own (SELinux labels) are not."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        return [
            n for n in os.listxattr(path, follow_symlinks=False) if not n.startswith("security.")
        ]
    except OSError:  # a file system without them
        return []


def _same_times(path: str | Path) -> None:
    with contextlib.suppress(OSError):
        os.utime(path, follow_symlinks=False)


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None
