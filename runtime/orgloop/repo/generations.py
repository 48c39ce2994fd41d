"""Generations: versions of ``org/`` and ``roles/`` as commits of their own.

A generation's tree is what the lab's Markdown was, lab-relative, and nothing else. Each is held
by ``refs/orgloop/<run>/generation/<commit>``, so that no `git gc` takes it, and the branch
``orgloop-org/<run>`` shows the latest to people (except while a person has that branch checked
out, since moving it would confuse their checkout).
"""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.repo.commits import Commits
from orgloop.repo.objects import ObjectStore
from orgloop.repo.paths import PathError, path_trouble
from orgloop.repo.refs import Refs
from orgloop.repo.trees import EMPTY_TREE, FILE, Entry, Trees


def generation_branch(run: str) -> str:
    """The ref of the branch that shows a run's generations."""
    return f"refs/heads/orgloop-org/{run}"


class Generations:
    """Writes and reads generations; writing is for one thread, reading for any."""

    def __init__(self, objects: ObjectStore, trees: Trees, commits: Commits, refs: Refs) -> None:
        self._objects, self._trees, self._commits, self._refs = objects, trees, commits, refs

    def write(
        self, run: str, files: Mapping[str, bytes], parent: str | None, message: str, author: str
    ) -> tuple[str, str]:
        """Store a generation; returns (commit, tree).

        Written again with the same files and parent (a lab that was killed before it noted the
        first) it returns the first. Raises PathError for a path that cannot be a file of a lab.
        """
        edits: dict[str, Entry | None] = {}
        for path, content in files.items():
            if trouble := path_trouble(path):
                raise PathError(path, trouble)
            edits[path] = Entry(FILE, self._objects.write("blob", content))
        tree = self._trees.edit(EMPTY_TREE, edits)
        parents = () if parent is None else (parent,)
        latest = self.latest(run)
        if latest is not None:
            known = self._commits.read(latest)
            if (known.tree, known.parents) == (tree, parents):
                return latest, tree
        commit = self._commits.write(tree, parents, message, author)
        self._refs.set(f"refs/orgloop/{run}/generation/{commit}", commit)
        branch = generation_branch(run)
        if not self._refs.holders(branch):
            self._refs.set(branch, commit, force=True)
        return commit, tree

    def read(self, commit: str) -> dict[str, bytes]:
        """The files of a generation; raises RepoError where there is no such commit."""
        flat = self._trees.flatten(self._commits.read(commit).tree)
        return {path: self._objects.read(entry.blob, "blob") for path, entry in flat.items()}

    def latest(self, run: str) -> str | None:
        """The commit that the run's generation branch shows, or None before the first."""
        return self._refs.get(generation_branch(run))
