"""Makes a directory of files a git repository with one commit."""

from __future__ import annotations

from pathlib import Path

from git import Actor, Repo
from git.exc import GitError

from orgloop.errors import RepoError
from orgloop.repo.environment import forget_caller, require_git

SOMEBODY = Actor("Orgloop", "orgloop@localhost")
"""Who commits where the person has told git no name."""


def begin_repository(directory: Path, message: str) -> str:
    """Commit everything in ``directory`` that is not ignored, as its first commit.

    Returns the commit. Raises RepoError where git refuses.
    """
    forget_caller()
    require_git()
    try:
        with Repo.init(directory, initial_branch="main") as repo:
            repo.git.add("--all")
            with repo.config_reader() as config:
                named = config.has_option("user", "name") and config.has_option("user", "email")
            author = None if named else SOMEBODY
            return repo.index.commit(message, author=author, committer=author).hexsha
    except GitError as error:
        raise RepoError(
            f"git cannot make a repository of {directory}: {str(error).strip().splitlines()[-1]}",
            hint="Run `git init` there by hand to see why.",
        ) from None
