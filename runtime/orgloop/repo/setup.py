"""What ``setup:`` made in a slot: kept between experiments as long as nobody changed it.

The record lies beside the slot, out of a candidate's reach, and names every file with its size,
mode, inode, modification and change time. A process can forge a modification time but not a
change time, so comparing them finds tampering without hashing an environment of 20,000 files.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orgloop.repo.sweep import folders_of
from orgloop.repo.trash import Trash
from orgloop.repo.trees import Entry

Mark = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class SetupRecord:
    """The untracked paths that a setup made, and what each file under them looked like."""

    tops: tuple[str, ...]
    """Relative to the slot; nothing above them is untracked."""
    marks: Mapping[str, Mark]

    @classmethod
    def take(cls, root: Path, tracked: Mapping[str, Entry]) -> SetupRecord:
        """Record everything in a slot that the commit did not put there."""
        folders = folders_of(tracked)
        tops: list[str] = []
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if path in folders and entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif path != ".git" and path not in tracked:
                        tops.append(path)
        return cls(tuple(sorted(tops)), dict(_walk(root, tops)))

    def whole(self, root: Path, trash: Trash) -> bool:
        """Whether all of it is there unchanged; what was added to it is removed on the way."""
        found = dict(_walk(root, self.tops))
        for path, mark in self.marks.items():
            seen = found.get(path)
            if seen is None or (seen != mark and not _same_folder(seen, mark)):
                return False
        for path in sorted(found.keys() - self.marks.keys()):
            trash.take(root / path)
        # Taking a path out changes its folder's times only, which are not compared.
        return True

    def save(self, file: Path) -> None:
        """Write the record, at once or not at all."""
        beside = file.with_name(file.name + ".new")
        beside.write_text(json.dumps({"tops": self.tops, "marks": self.marks}), "utf-8")
        beside.replace(file)

    @classmethod
    def load(cls, file: Path) -> SetupRecord | None:
        """Read a record; None where there is none, or it cannot be understood."""
        try:
            said = json.loads(file.read_text("utf-8"))
            marks = {str(path): _mark(mark) for path, mark in said["marks"].items()}
            return cls(tuple(str(top) for top in said["tops"]), marks)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def _mark(said: Iterable[int]) -> Mark:
    mode, size, inode, modified, changed = (int(part) for part in said)
    return mode, size, inode, modified, changed


def _same_folder(seen: Mark, mark: Mark) -> bool:
    return stat.S_ISDIR(mark[0]) and seen[0] == mark[0]


def _walk(root: Path, tops: Iterable[str]) -> Iterable[tuple[str, Mark]]:
    waiting = list(tops)
    while waiting:
        path = waiting.pop()
        try:
            found = (root / path).lstat()
        except OSError:
            continue
        yield path, (
            found.st_mode, found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns
        )  # fmt: skip
        if stat.S_ISDIR(found.st_mode):
            try:
                waiting += [f"{path}/{name}" for name in os.listdir(root / path)]  # noqa: PTH208
            except OSError:
                continue
