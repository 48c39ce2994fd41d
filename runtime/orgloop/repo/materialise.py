"""Writing a commit's files into a swept slot.

A small tree is written from its blobs, in this process: each file is compared byte by byte and
replaced where it differs, which is quicker than any git process and immune to forged times. A
large tree, or one whose attributes ask for a filter, is left to git, with a fresh index that
makes git hash every file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from orgloop.repo.lru import Lru
from orgloop.repo.objects import ObjectStore
from orgloop.repo.place import Place
from orgloop.repo.sweep import folders_of
from orgloop.repo.trash import Trash
from orgloop.repo.trees import GITLINK, SYMLINK, Entry, Trees
from orgloop.repo.worktree import Worktree, holds, write_new

SMALL_FILES = 400
SMALL_BYTES = 4 * 2**20

_FILTERS = re.compile(rb"(?m)^[^#\n]*\s(filter=|ident\b|working-tree-encoding=|eol=crlf|crlf\b)")


class Materialiser:
    """Brings slots to commits; different slots may be written from different threads."""

    def __init__(self, place: Place, objects: ObjectStore, trees: Trees, trash: Trash) -> None:
        self._place, self._objects, self._trees, self._trash = place, objects, trees, trash
        self._small: Lru[str, bool] = Lru(1_024)
        attributes = place.common_dir / "info" / "attributes"
        self._converted = (
            place.settings.get("core.autocrlf", "false") == "true"
            or place.settings.get("core.eol", "native") == "crlf"
            or (attributes.is_file() and _FILTERS.search(attributes.read_bytes()) is not None)
        )

    def whole(self, worktree: Worktree, commit: str, tree: str) -> None:
        """Write every file of a root tree into a slot that was swept for it."""
        if not self._is_small(tree):
            self._by_git(worktree, commit)
            return
        entries = self._trees.flatten(tree)
        for folder in sorted(folders_of(entries)):
            (worktree.path / folder).mkdir(exist_ok=True)
        for path, entry in entries.items():
            self._put(worktree.path / path, entry)

    def step(self, worktree: Worktree, commit: str, old: str, new: str) -> None:
        """Bring a slot that is known to hold exactly ``old`` to ``new``."""
        if not (self._is_small(new) and self._is_small(old)):
            if self._is_small(old) or not (worktree.git_dir / "index").is_file():
                self._by_git(worktree, commit)
            else:  # nothing ran here since git wrote the index, so git may trust it
                worktree.command().run("read-tree", "--reset", "-u", commit)
            return
        differing = list(self._trees.compare(old, new))
        for path, was, now in differing:
            if was is not None and now is None:
                self._trash.take(worktree.path / path)
        for path, _, now in differing:
            if now is not None:
                target = worktree.path / path
                target.parent.mkdir(parents=True, exist_ok=True)
                self._put(target, now)
        self._drop_empty(worktree.path, [path for path, _, now in differing if now is None])

    def _drop_empty(self, root: Path, removed: list[str]) -> None:
        for folder in sorted(folders_of(removed), reverse=True):
            try:
                (root / folder).rmdir()
            except OSError:
                continue

    def _put(self, target: Path, entry: Entry) -> None:
        if entry.mode == GITLINK:
            target.mkdir(exist_ok=True)
            return
        content = self._objects.read(entry.blob, "blob")
        if entry.mode == SYMLINK:
            if not (target.is_symlink() and os.fsencode(target.readlink()) == content):
                self._trash.take(target)
                target.symlink_to(os.fsdecode(content))
        elif not holds(target, content, entry.mode):
            # Never written in place: the file may be a hard link to something worth keeping.
            self._trash.take(target)
            write_new(target, content, entry.mode)

    def _by_git(self, worktree: Worktree, commit: str) -> None:
        worktree.index(commit)
        command = worktree.command()
        command.run("update-index", "-q", "--refresh", allowed=(0, 1))
        command.run("checkout-index", "--all", "--force", "--quiet", "--index")

    def _is_small(self, tree: str) -> bool:
        if self._converted:
            return False
        known = self._small.get(tree)
        return self._small.put(tree, self._weigh(tree)) if known is None else known

    def _weigh(self, tree: str) -> bool:
        entries: Mapping[str, Entry] = self._trees.flatten(tree)
        if len(entries) > SMALL_FILES:
            return False
        total = 0
        for path, entry in entries.items():
            if entry.mode == GITLINK:
                continue
            content = self._objects.read(entry.blob, "blob")
            total += len(content)
            if total > SMALL_BYTES:
                return False
            if path.rpartition("/")[2] == ".gitattributes" and _FILTERS.search(content):
                return False
        return True
