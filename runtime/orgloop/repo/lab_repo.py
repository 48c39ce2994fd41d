"""The lab's repository: what the rest of the runtime knows of git."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from orgloop.errors import NotReady, RepoError
from orgloop.repo.changes import Change, compare
from orgloop.repo.commits import Commits
from orgloop.repo.diff import unified
from orgloop.repo.files import CommitFiles
from orgloop.repo.fingerprint import Fingerprints, Gist
from orgloop.repo.generations import Generations
from orgloop.repo.globs import Globs
from orgloop.repo.heal import heal_repository
from orgloop.repo.home import NAME, make_home
from orgloop.repo.merge import Conflict, Merged, Merger
from orgloop.repo.objects import ObjectStore
from orgloop.repo.paths import PathError, path_trouble
from orgloop.repo.place import Place, find_place
from orgloop.repo.process import Command
from orgloop.repo.refs import Refs, earlier_ref, experiment_ref, run_branch
from orgloop.repo.status import uncommitted, untracked
from orgloop.repo.trees import EMPTY_TREE, FILE, Entry, Trees


class LabRepo:
    """One lab's view of its repository. Paths are relative to the lab, commits are full ids.

    Reading and writing objects, refs, diffs and merges is safe from any thread. What moves a
    branch (:meth:`advance`, :meth:`write_generation`) is meant for the one thread that owns the
    run. Nothing here touches the person's checkout, index, HEAD or stash.
    """

    def __init__(self, place: Place, home: Path) -> None:
        self.place = place
        self.home = home
        """The lab's ``.orgloop/``."""
        self.objects = ObjectStore(place.common_dir)
        self.trees = Trees(self.objects)
        self.commits = Commits(self.objects, place.identity)
        self.refs = Refs(place.common_dir)
        self._command = Command(place.git_dir, place.top, place.top)
        self._tidying = threading.Lock()
        self._generations = Generations(self.objects, self.trees, self.commits, self.refs)
        self._fingerprints = Fingerprints(lambda blob: self.objects.read(blob, "blob"))
        self._merger = Merger(self.objects, self.trees, self.commits, place.common_dir, home)

    @classmethod
    def open(cls, lab_root: Path) -> LabRepo:
        """Find the repository that holds a lab, and make the lab's ``.orgloop/``.

        Raises RepoError where git is missing or too old, and where the lab is in no repository,
        in a bare one, in one that git does not trust, has no commit yet, or is not committed.
        """
        place = find_place(lab_root)
        repo = cls(place, place.lab / NAME)
        tree = repo.commits.read(repo.head()).tree
        if repo.trees.subtree(tree, place.prefix) == EMPTY_TREE:
            raise NotReady(
                f"No file of {place.lab} is committed, so there is nothing to start from.",
                hint="Run `git add -A .` and `git commit -m start` in it.",
            )
        make_home(place.lab)
        heal_repository(place)
        return repo

    def close(self) -> None:
        """End git's long-lived process."""
        self.objects.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def head(self) -> str:
        """The commit that the person's checkout is at; raises RepoError before the first."""
        try:
            return self.resolve("HEAD")
        except RepoError as error:
            raise NotReady(
                f"The repository of {self.place.lab} has no commit yet.",
                hint="Run `git add -A` and `git commit -m start` in it.",
            ) from error

    def resolve(self, name: str) -> str:
        """The full id of the commit that a name, a tag or a short id means; raises RepoError."""
        code, found = self._command.run_code(
            "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", allowed=range(256)
        )
        if code != 0 or name.startswith("-"):
            raise RepoError(f"`{name}` names no commit of this repository.")
        return found.decode("ascii").strip()

    def uncommitted(self) -> tuple[str, ...]:
        """Tracked files of the lab that differ from HEAD; ``task.md`` too if HEAD lacks it."""
        rows = set(uncommitted(self.place))
        if "task.md" not in self.entries(self.head()) and (self.place.lab / "task.md").exists():
            rows.add("task.md")
        return tuple(sorted(rows))

    def untracked(self) -> tuple[str, ...]:
        """Files of the lab that git neither tracks nor ignores: experiments do not have them."""
        return untracked(self.place)

    def entries(self, commit: str) -> Mapping[str, Entry]:
        """Every tracked path of the lab at a commit, sorted."""
        return self.trees.flatten(self._lab_tree(commit))

    def read(self, commit: str, path: str) -> bytes:
        """A file at a commit; raises KeyError where there is none."""
        entry = self.trees.find(self._lab_tree(commit), path)
        if entry is None or not (entry.regular or entry.mode == 0o120000):
            raise KeyError(path)
        return self.objects.read(entry.blob, "blob")

    def commit_files(self, commit: str, hidden: Iterable[str] = ()) -> CommitFiles:
        """The lab's files at a commit, for engines; what ``hidden`` matches is not there."""
        globs = hidden if isinstance(hidden, Globs) else Globs(hidden, floating=True)
        return CommitFiles(self.objects, self.entries(commit), globs)

    def commit_edits(
        self,
        base: str,
        edits: Mapping[str, bytes | None],
        *,
        message: str,
        author: str,
        parent: str | None = None,
    ) -> str:
        """A commit of ``base`` with these files written or (None) deleted; modes are kept.

        It stands on ``base``, or on ``parent`` where that is given: a draft that is revised is not
        part of the line. Returns what has these very files already. No ref is set. A symlink or
        a submodule that is written becomes a file, which
        :func:`~orgloop.repo.scope.out_of_scope` then refuses.
        Raises PathError (a RepoError) for a path that no commit may hold.
        """
        commit, prefix = self.commits.read(base), self.place.prefix
        lab_tree = self._lab_tree(base)
        changed: dict[str, Entry | None] = {}
        for path, content in edits.items():
            if trouble := path_trouble(path):
                raise PathError(path, trouble)
            full = f"{prefix}/{path}" if prefix else path
            if content is None:
                changed[full] = None
                continue
            old = self.trees.find(lab_tree, path)
            mode = old.mode if old is not None and old.regular else FILE
            changed[full] = Entry(mode, self.objects.write("blob", content))
        tree = self.trees.edit(commit.tree, changed)
        if tree == commit.tree:
            return base
        stands_on = base if parent is None else parent
        if tree == self.commits.read(stands_on).tree:
            return stands_on
        return self.commits.write(tree, (stands_on,), message, author)

    def changes(self, base: str, commit: str) -> tuple[Change, ...]:
        """What a commit touches against ``base``, in the whole repository, in order of path."""
        old, new = self.commits.read(base).tree, self.commits.read(commit).tree
        return tuple(compare(self.trees, self.place.prefix, old, new))

    def diff(self, base: str, commit: str, *, cap: int = 100_000) -> str:
        """The lab's unified diff, cut after ``cap`` characters with a mark that says so."""
        differing = self.trees.compare(self._lab_tree(base), self._lab_tree(commit))
        return unified(differing, lambda blob: self.objects.read(blob, "blob"), cap)

    def fingerprint(self, base: str, commit: str) -> str:
        """Equal for changes that differ in white space and Python comments alone."""
        return self.gist(base, commit).fingerprint

    def gist(self, base: str, commit: str) -> Gist:
        """What ``commit`` changes against ``base``: its fingerprint, and the places it touches."""
        return self._fingerprints.of(
            self.trees.compare(self._lab_tree(base), self._lab_tree(commit))
        )

    def merge_onto(self, commit: str, base: str, onto: str) -> Merged | Conflict:
        """Put what ``commit`` changed against ``base`` onto ``onto``, message and author kept."""
        found = self._merger.onto(commit, base, onto)
        if isinstance(found, Conflict) and self.place.prefix:
            start = self.place.prefix + "/"
            return Conflict(tuple(path.removeprefix(start) for path in found.paths))
        return found

    def advance(self, run: str, commit: str, *, expect: str | None) -> str:
        """Move the branch ``orgloop/<run>`` from ``expect`` (None: make it); returns its ref.

        Raises RepoError where it is elsewhere, and where a person has it checked out.
        """
        ref = run_branch(run)
        if self.refs.get(ref) != commit and (holders := self.refs.holders(ref)):
            raise RepoError(
                f"The branch `orgloop/{run}` is checked out in {holders[0]}, so it cannot move.",
                hint="Switch that checkout to another branch, then resume the run.",
            )
        self.refs.set(ref, commit, expect=expect)
        return ref

    def hold(self, run: str, experiment: str, commit: str) -> None:
        """Make ``commit`` the experiment's, by its ref; the one before stays reachable, too."""
        ref = experiment_ref(run, experiment)
        before = self.refs.get(ref)
        if before == commit:
            return
        if before is not None:
            self.refs.set(earlier_ref(run, before), before, force=True)
        self.refs.set(ref, commit, force=True)

    def write_generation(
        self, run: str, files: Mapping[str, bytes], *, parent: str | None, message: str, author: str
    ) -> tuple[str, str]:
        """Store a generation on ``orgloop-org/<run>``, held by a ref; returns (commit, tree)."""
        return self._generations.write(run, files, parent, message, author)

    def read_generation(self, commit: str) -> dict[str, bytes]:
        """The files of a generation; raises RepoError where there is no such commit."""
        return self._generations.read(commit)

    def generation_files(self, commit: str) -> CommitFiles:
        """A generation's files, for engines."""
        return CommitFiles(self.objects, self.generation_entries(commit), Globs(()))

    def generation_entries(self, commit: str) -> Mapping[str, Entry]:
        """Every path of a generation, sorted."""
        return self.trees.flatten(self.commits.read(commit).tree)

    def merge_generation(
        self, run: str, files: Mapping[str, bytes], onto: str
    ) -> tuple[dict[str, bytes], bool]:
        """What a person saved, put on generation ``onto``: the files, and whether all went in.

        Compared with :meth:`written_by_person`. Where both sides changed the same lines the
        person's file is taken and the second value is False.
        """
        return self._generations.merge(run, files, onto, self._merger)

    def written_by_person(self, run: str) -> str | None:
        """The commit of what a person's files were when they were last taken over."""
        return self._generations.person(run)

    def count_as_saved(self, run: str, commit: str) -> None:
        """Let a generation stand for what a person saved last: what they save next is compared
        with it, and replaces it whole."""
        self._generations.count_as_saved(run, commit)

    def note_person(self, run: str, files: Mapping[str, bytes]) -> None:
        """Remember a person's files as they are now."""
        self._generations.note_person(run, files)

    def latest_generation(self, run: str) -> str | None:
        """The newest generation of a run, or None."""
        return self._generations.latest(run)

    def tidy(self) -> None:
        """Pack refs and loose objects: for the background, about once in a thousand experiments.

        Nothing is pruned; refs and objects written meanwhile are safe. A second call while one
        runs returns at once.
        """
        if not self._tidying.acquire(blocking=False):
            return
        try:
            self.refs.pack()
            self._command.run("repack", "-d", "-l", "-q", allowed=range(256))
        finally:
            self._tidying.release()

    def _lab_tree(self, commit: str) -> str:
        return self.trees.subtree(self.commits.read(commit).tree, self.place.prefix)
