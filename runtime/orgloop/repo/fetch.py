"""Fetches the files of somebody else's lab, and runs nothing of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orgloop.errors import RepoError, UserError
from orgloop.repo.environment import forget_caller, require_git
from orgloop.repo.process import Command

_LEFT_OUT = (".git", ".orgloop", "__pycache__", "*.pyc")


def fetch_files(source: str, directory: Path) -> str:
    """Put the files of a git repository at its HEAD, or of a directory, into ``directory``.

    Returns the commit, or nothing for a directory that is no repository. Raises UserError for what
    is neither, and for links that lead out of it: a copy would take the person's own files along.
    """
    forget_caller()
    require_git()
    place = Path(source).expanduser()
    if place.is_dir() and not (place / ".git").exists() and not (place / "HEAD").is_file():
        _refuse_links(place)
        shutil.copytree(place, directory, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        return ""
    where = str(place.resolve()) if place.exists() else source
    if where.startswith("-") or "::" in where:  # options, and transports that run commands
        raise UserError(f"`{source}` is no address of a repository.", hint="Name a URL or a path.")
    try:
        Command(directory.parent).run(
            "clone", "--quiet", "--no-tags", "--depth=1", "--no-local", where, str(directory)
        )
        commit = Command(directory / ".git").run("rev-parse", "HEAD").decode().strip()
    except RepoError as error:
        raise UserError(
            f"`{source}` cannot be fetched: {error.message}", hint="Name a URL or a path."
        ) from None
    shutil.rmtree(directory / ".git")
    _refuse_links(directory)
    return commit


def _refuse_links(folder: Path) -> None:
    inside = Path(os.path.realpath(folder))
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root, name)
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
                raise UserError(
                    f"`{path.relative_to(folder)}` is a link that leads out of the lab.",
                    hint="A fork would copy what it points to; remove it from the source.",
                )
