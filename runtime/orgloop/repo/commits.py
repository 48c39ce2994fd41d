"""Commits: reading their headers and writing new ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.repo.identity import Identity
from orgloop.repo.lru import Lru
from orgloop.repo.objects import ObjectStore
from orgloop.repo.trees import EMPTY_TREE


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit object says."""

    tree: str
    parents: tuple[str, ...]
    author: str
    """The header's whole value: name, address, time and zone."""
    message: str


class Commits:
    """The commits of one repository; safe from any thread."""

    def __init__(self, objects: ObjectStore, committer: Identity) -> None:
        self._objects = objects
        self._committer = committer
        self._parsed: Lru[str, Commit] = Lru(4_096)

    def read(self, commit: str) -> Commit:
        """The commit of a full id; raises RepoError where there is none."""
        found = self._parsed.get(commit)
        if found is None:
            found = self._parsed.put(commit, _parse(self._objects.read(commit, "commit")))
        return found

    def write(
        self, tree: str, parents: Sequence[str], message: str, author: str | None = None
    ) -> str:
        """Store a commit; ``author`` is a name, or a whole header value to keep as it is."""
        now = time.time()
        committer = self._committer.stamp(now)
        if author is None:
            by = committer
        elif author.endswith(tuple("0123456789")) and "> " in author:
            by = author
        else:
            by = Identity.author(author).stamp(now)
        if tree == EMPTY_TREE:
            self._objects.write("tree", b"")
        header = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        header += [f"author {by}", f"committer {committer}"]
        text = message.replace("\0", "").strip("\n") + "\n"
        content = "\n".join(header) + "\n\n" + text
        return self._objects.write("commit", content.encode("utf-8", "surrogateescape"))


def _parse(data: bytes) -> Commit:
    head, _, body = data.decode("utf-8", "surrogateescape").partition("\n\n")
    tree, author, parents = "", "", []
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        if key == "tree":
            tree = value
        elif key == "parent":
            parents.append(value)
        elif key == "author":
            author = value
    return Commit(tree, tuple(parents), author, body)
