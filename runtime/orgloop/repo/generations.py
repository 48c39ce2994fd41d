"""Generations: versions of ``org/`` and ``roles/`` as commits of their own.

A generation's tree is what the lab's Markdown was, lab-relative, and nothing else. Each is held
by ``refs/orgloop/<run>/generation/<commit>``, so that no `git gc` takes it, and the branch
``orgloop-org/<run>`` shows the latest to people (except while a person has that branch checked
out, since moving it would confuse their checkout).

What a person wrote is a line of its own, ``refs/orgloop/<run>/person``: a generation may hold
amendments that never enter the checkout, so a save is told by what it changed against the save
before, and only that is put on the current generation.
"""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.repo.commits import Commits
from orgloop.repo.merge import Merged, Merger
from orgloop.repo.objects import ObjectStore
from orgloop.repo.paths import PathError, path_trouble
from orgloop.repo.refs import Refs
from orgloop.repo.trees import EMPTY_TREE, FILE, Entry, Trees


def generation_branch(run: str) -> str:
    """The ref of the branch that shows a run's generations."""
    return f"refs/heads/orgloop-org/{run}"


def _person_ref(run: str) -> str:
    return f"refs/orgloop/{run}/person"


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
        tree = self._tree(files)
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

    def person(self, run: str) -> str | None:
        """The commit of a person's files when they were last taken over."""
        return self._refs.get(_person_ref(run))

    def count_as_saved(self, run: str, commit: str) -> None:
        """Let ``commit`` stand for a person's files when they were last taken over."""
        self._refs.set(_person_ref(run), commit, force=True)

    def note_person(self, run: str, files: Mapping[str, bytes]) -> str:
        """Remember a person's files as they are now; returns their commit."""
        before = self.person(run)
        commit = self._person_commit(files, before)
        if commit != before:
            self._refs.set(_person_ref(run), commit, force=True)
        return commit

    def merge(
        self, run: str, files: Mapping[str, bytes], onto: str, merger: Merger
    ) -> tuple[dict[str, bytes], bool]:
        """``files`` put on the generation ``onto``; False where lines were changed by both."""
        before = self.person(run)
        if before is None:
            return dict(files), True
        merged = merger.onto(self._person_commit(files, before), before, onto)
        if isinstance(merged, Merged):
            return self.read(merged.commit), True
        return self._file_by_file(files, self.read(before), self.read(onto)), False

    @staticmethod
    def _file_by_file(
        saved: Mapping[str, bytes], before: Mapping[str, bytes], current: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        touched = {path for path in {*saved, *before} if saved.get(path) != before.get(path)}
        kept = {path: content for path, content in current.items() if path not in touched}
        return kept | {path: saved[path] for path in touched if path in saved}

    def _person_commit(self, files: Mapping[str, bytes], before: str | None) -> str:
        tree = self._tree(files)
        if before is not None and self._commits.read(before).tree == tree:
            return before
        parents = () if before is None else (before,)
        return self._commits.write(tree, parents, "As a person saved it", "a person")

    def _tree(self, files: Mapping[str, bytes]) -> str:
        edits: dict[str, Entry | None] = {}
        for path, content in files.items():
            if trouble := path_trouble(path):
                raise PathError(path, trouble)
            edits[path] = Entry(FILE, self._objects.write("blob", content))
        return self._trees.edit(EMPTY_TREE, edits)

    def latest(self, run: str) -> str | None:
        """The commit that the run's generation branch shows, or None before the first."""
        return self._refs.get(generation_branch(run))
