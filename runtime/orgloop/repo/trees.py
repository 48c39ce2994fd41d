"""Trees: reading, flattening, comparing, and changing a few paths of one.

Names are bytes in git. At this module's edge they are text, decoded as Python decodes file names
(UTF-8, what is not UTF-8 escaped), so every name survives the round trip.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orgloop.repo.lru import Lru
from orgloop.repo.objects import ObjectStore
from orgloop.repo.paths import PathError

FILE, EXECUTABLE, SYMLINK, GITLINK, TREE = 0o100644, 0o100755, 0o120000, 0o160000, 0o040000
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_EACH = 100
"""What remembering a tree costs besides its entries, so that thousands of small ones are few."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A tracked path: git's mode and the id of the blob (of the commit, for a submodule)."""

    mode: int
    blob: str

    @property
    def regular(self) -> bool:
        """Whether it is an ordinary file, executable or not."""
        return self.mode & 0o170000 == 0o100000


class Trees:
    """The trees of one repository; safe from any thread."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._parsed: Lru[str, Mapping[str, Entry]] = Lru(100_000)
        self._flat: Lru[str, Mapping[str, Entry]] = Lru(300_000)

    def parse(self, tree: str) -> Mapping[str, Entry]:
        """One level: name to entry, sub-trees included."""
        found = self._parsed.get(tree)
        if found is not None:
            return found
        data = b"" if tree == EMPTY_TREE else self._objects.read(tree, "tree")
        entries: dict[str, Entry] = {}
        position = 0
        while position < len(data):
            space = data.index(b" ", position)
            end = data.index(b"\0", space)
            name = os.fsdecode(data[space + 1 : end])
            entries[name] = Entry(int(data[position:space], 8), data[end + 1 : end + 21].hex())
            position = end + 21
        return self._parsed.put(tree, entries, len(entries) + _EACH)

    def write(self, entries: Mapping[str, Entry]) -> str:
        """Store one level; returns its id."""
        rows = sorted(
            (os.fsencode(name) + (b"/" if entry.mode == TREE else b""), name, entry)
            for name, entry in entries.items()
        )
        data = b"".join(
            b"%o %s\0" % (entry.mode, os.fsencode(name)) + bytes.fromhex(entry.blob)
            for _, name, entry in rows
        )
        tree = self._objects.write("tree", data)
        self._parsed.put(tree, dict(entries), len(entries) + _EACH)
        return tree

    def subtree(self, tree: str, folder: str) -> str:
        """The tree of a folder (itself where it is empty); the empty tree where there is none."""
        for name in folder.split("/") if folder else ():
            entry = self.parse(tree).get(name)
            if entry is None or entry.mode != TREE:
                return EMPTY_TREE
            tree = entry.blob
        return tree

    def find(self, tree: str, path: str) -> Entry | None:
        """The entry at a path, or None."""
        folder, _, name = path.rpartition("/")
        return self.parse(self.subtree(tree, folder)).get(name)

    def flatten(self, tree: str) -> Mapping[str, Entry]:
        """Every path below a tree, sorted; sub-trees are walked and not listed."""
        found = self._flat.get(tree)
        if found is None:
            found = dict(sorted(self._walk(tree, "")))
            self._flat.put(tree, found, len(found) + _EACH)
        return found

    def _walk(self, tree: str, prefix: str) -> Iterator[tuple[str, Entry]]:
        for name, entry in self.parse(tree).items():
            if entry.mode == TREE:
                yield from self._walk(entry.blob, f"{prefix}{name}/")
            else:
                yield prefix + name, entry

    def compare(
        self, old: str, new: str, prefix: str = ""
    ) -> Iterator[tuple[str, Entry | None, Entry | None]]:
        """What differs, as (path, entry before, entry after); equal sub-trees cost nothing."""
        if old == new:
            return
        before, after = self.parse(old), self.parse(new)
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            was_tree = was.blob if was is not None and was.mode == TREE else None
            now_tree = now.blob if now is not None and now.mode == TREE else None
            if was_tree or now_tree:
                yield from self.compare(
                    was_tree or EMPTY_TREE, now_tree or EMPTY_TREE, f"{prefix}{name}/"
                )
            was, now = None if was_tree else was, None if now_tree else now
            if was is not None or now is not None:
                yield prefix + name, was, now

    def edit(self, tree: str, edits: Mapping[str, Entry | None]) -> str:
        """The tree with some paths replaced or (None) removed; writes only what changes.

        Raises PathError where an edit needs a folder that the tree has as a file.
        """
        here: dict[str, Entry | None] = {}
        below: dict[str, dict[str, Entry | None]] = {}
        for path, entry in edits.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = entry
            else:
                here[name] = entry
        entries = dict(self.parse(tree))
        for name, entry in here.items():
            existing = entries.get(name)
            if entry is None:
                if existing is not None and existing.mode != TREE:
                    del entries[name]
            elif existing is not None and existing.mode == TREE and name not in below:
                raise PathError(name, "is a folder and cannot be replaced by a file")
            else:
                entries[name] = entry
        for name, inner in below.items():
            existing = entries.get(name)
            if existing is not None and existing.mode != TREE:
                if all(entry is None for entry in inner.values()):
                    continue
                raise PathError(name, "is a file and cannot hold other files")
            changed = self.edit(existing.blob if existing else EMPTY_TREE, inner)
            if changed == EMPTY_TREE:
                entries.pop(name, None)
            else:
                entries[name] = Entry(TREE, changed)
        if entries == self.parse(tree):
            return tree
        return self.write(entries) if entries else EMPTY_TREE
