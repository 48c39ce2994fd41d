"""The person's own checkout and branches: touched for `orgloop apply` and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from orgloop.errors import RepoError, UserError
from orgloop.repo.objects import ObjectStore
from orgloop.repo.place import Place
from orgloop.repo.process import Command
from orgloop.repo.refs import Refs
from orgloop.repo.trees import GITLINK, SYMLINK, Entry, Trees

_OURS = ("orgloop/", "orgloop-org/")


class Checkout:
    """Moves one branch of the person's forward, with the files that are checked out of it.

    It is git that does it, as `git merge --ff-only`: it refuses to overwrite what is not
    committed, writes files and index first, and moves the branch last and at once.
    """

    def __init__(self, place: Place, objects: ObjectStore, trees: Trees, refs: Refs) -> None:
        self._place, self._objects, self._trees, self._refs = place, objects, trees, refs
        self._command = Command(place.git_dir, place.top, place.top)
        self._command.git.update_environment(GIT_REFLOG_ACTION="orgloop apply")

    def branch(self) -> str | None:
        """The branch that is checked out, without ``refs/heads/``; None for a detached HEAD."""
        code, found = self._command.run_code("symbolic-ref", "--quiet", "HEAD", allowed=range(256))
        name = found.decode("utf-8", "surrogateescape").strip()
        return name.removeprefix("refs/heads/") if code == 0 and name else None

    def since(self, commit: str) -> list[tuple[str, str]]:
        """The commits that HEAD has and ``commit`` has not, with their messages, newest first."""
        output = self._command.run("log", "--format=%H%x00%B%x00", f"{commit}..HEAD")
        parts = output.decode("utf-8", "replace").split("\0")
        return [(id.strip(), said) for id, said in zip(parts[::2], parts[1::2], strict=False)]

    def in_the_way(self, old: str, new: str) -> tuple[str, ...]:
        """Files that differ between two trees and are not, on disk or in the index, as in ``old``.

        Relative to the repository, sorted. Moving forward would overwrite them.
        """
        differing = {path: (was, now) for path, was, now in self._trees.compare(old, new)}
        if not differing:
            return ()
        output = self._command.run(
            "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all",
            "--ignore-submodules=dirty", "--", *differing,
        )  # fmt: skip
        rows = output.decode("utf-8", "surrogateescape").split("\0")
        found = {row[3:] for row in rows if row}
        # An ignored file is in no status, and git overwrites it without a word.
        found |= {
            path
            for path, (was, now) in differing.items()
            if was is None and now is not None and self._is_other(path, now)
        }
        return tuple(sorted(found))

    def _is_other(self, path: str, wanted: Entry) -> bool:
        place = self._place.top / path
        if not os.path.lexists(place):
            return False
        if wanted.mode in (SYMLINK, GITLINK) or place.is_symlink() or not place.is_file():
            return True
        return Path(place).read_bytes() != self._objects.read(wanted.blob, "blob")

    def forward(self, commit: str) -> None:
        """Move the branch that is checked out, and the checkout with it, on to ``commit``.

        Raises RepoError where git will not, and then nothing has changed.
        """
        arguments = ["merge", "--ff-only", "--quiet", commit]
        if self._place.settings.get("core.sparsecheckout", "false").lower() in ("true", "1", "yes"):
            arguments = ["-c", "core.sparseCheckout=true", *arguments]
        lock = self._place.git_dir / "index.lock"
        if lock.exists():
            raise RepoError(
                f"Another git works on this checkout, or one was cut off: {lock} is there.",
                hint="Wait for it, or remove that file if no git runs.",
            )
        self._command.run(*arguments, to_the_end=True)

    def check_new(self, name: str) -> None:
        """Raise UserError for the name of a branch that cannot be made."""
        code, _ = self._command.run_code(
            "check-ref-format", f"refs/heads/{name}", allowed=range(256)
        )
        if code != 0 or name.startswith("-") or name == "HEAD":
            raise UserError(f"`{name}` is not a name that git allows for a branch.")
        if name.startswith(_OURS):
            raise UserError(
                f"`{name}` is among the names that Orgloop keeps for its runs.",
                hint="Choose a name that does not begin with `orgloop`.",
            )
        if self._refs.get(f"refs/heads/{name}") is not None:
            raise UserError(
                f"There is a branch `{name}` already.",
                hint="Choose another name, or check it out and apply without --branch.",
            )

    def make_branch(self, name: str, commit: str) -> None:
        """Make a branch that does not exist yet; raises as :meth:`check_new` does."""
        self.check_new(name)
        self._refs.set(f"refs/heads/{name}", commit, expect=None)
