"""Putting a commit on top of another: three-way, file by file.

Only a file that both sides changed needs `git merge-file`; everything else is decided by
comparing blob ids, so the usual case costs no process at all.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from orgloop.repo.commits import Commits
from orgloop.repo.objects import ObjectStore
from orgloop.repo.paths import PathError
from orgloop.repo.process import Command
from orgloop.repo.trees import TREE, Entry, Trees


@dataclass(frozen=True, slots=True)
class Merged:
    """The commit now stands on ``onto``. It is ``onto`` itself where that held the change."""

    commit: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed the same lines of these paths, relative to the repository."""

    paths: tuple[str, ...]


class Merger:
    """Merges within one repository; safe from any thread."""

    def __init__(
        self, objects: ObjectStore, trees: Trees, commits: Commits, common_dir: Path, scratch: Path
    ) -> None:
        self._objects, self._trees, self._commits = objects, trees, commits
        self._command = Command(common_dir)
        self._scratch = scratch

    def onto(self, commit: str, base: str, onto: str) -> Merged | Conflict:
        """Repeat what ``commit`` changed against ``base`` on ``onto``, message and author kept."""
        if base == onto:
            return Merged(commit)
        theirs, old = self._commits.read(commit), self._commits.read(base).tree
        ours = self._commits.read(onto).tree
        edits: dict[str, Entry | None] = {}
        conflicts: list[str] = []
        for path, was, now in self._trees.compare(old, theirs.tree):
            here = self._entry(ours, path)
            if here == was:
                edits[path] = now
            elif here != now:
                merged = self._content(was, here, now)
                if merged is None:
                    conflicts.append(path)
                else:
                    edits[path] = merged
        if conflicts:
            return Conflict(tuple(conflicts))
        try:
            tree = self._trees.edit(ours, edits)
        except PathError:  # one side has a folder where the other has a file
            return Conflict(tuple(sorted(edits)))
        if tree == ours:
            return Merged(onto)
        return Merged(self._commits.write(tree, (onto,), theirs.message, theirs.author))

    def _entry(self, tree: str, path: str) -> Entry | None:
        found = self._trees.find(tree, path)
        return None if found is not None and found.mode == TREE else found

    def _content(self, was: Entry | None, here: Entry | None, now: Entry | None) -> Entry | None:
        if was is None or here is None or now is None:
            return None
        if not (was.regular and here.regular and now.regular):
            return None
        mode = here.mode if now.mode == was.mode else now.mode
        if now.blob == was.blob or now.blob == here.blob:
            return Entry(mode, here.blob)
        if here.blob == was.blob:
            return Entry(mode, now.blob)
        text = self._merge_file(*(self._objects.read(e.blob, "blob") for e in (here, was, now)))
        return None if text is None else Entry(mode, self._objects.write("blob", text))

    def _merge_file(self, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="merge-") as folder:
            paths = [Path(folder, name) for name in ("ours", "base", "theirs")]
            for path, content in zip(paths, (ours, base, theirs), strict=True):
                path.write_bytes(content)
            code, merged = self._command.run_code(
                "merge-file", "-p", "-q", *map(str, paths), allowed=range(256)
            )
        return merged if code == 0 else None
