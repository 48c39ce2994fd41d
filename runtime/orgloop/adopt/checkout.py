"""A throwaway clone in which a trial runs: the person's checkout is only read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import NotReady, RepoError
from orgloop.repo.place import Place, find_place
from orgloop.repo.process import Command

NOISE = frozenset(
    {"__pycache__", ".orgloop", ".git", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
    | {".ipynb_checkpoints", ".idea", ".vscode", "wandb", "mlruns", "lightning_logs", ".DS_Store"}
)
"""Untracked names that no run needs."""


@dataclass(frozen=True, slots=True)
class Trying:
    """A clone of HEAD, and what lies untracked beside it in the original."""

    place: Place
    path: Path
    """The clone's top."""
    lab: Path
    """The directory that becomes a lab, in the clone."""
    scratch: Path
    """A directory beside the clone for records."""
    tracked: frozenset[str]
    """Relative to the lab."""
    beside: tuple[str, ...]
    """Untracked entries of the original, relative to the lab, each as far up as it is one."""
    dirty: bool
    """Whether tracked files of the original differ from HEAD."""


@contextmanager
def trying(repo: Path) -> Iterator[Trying]:
    """Clone the repository that holds ``repo``; everything is removed at the end.

    Raises NotReady where there is no repository or nothing is committed.
    """
    place = find_place(repo)
    command = Command(place.git_dir, place.top, place.lab)
    try:
        command.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except RepoError:
        raise NotReady(
            f"Nothing is committed in {place.top}.", hint="`git add -A && git commit` first."
        ) from None
    folder = Path(tempfile.mkdtemp(prefix="orgloop-adopt-"))
    try:
        path = folder / "clone"
        clone = ("clone", "--quiet", "--shared", "--no-tags", str(place.top), str(path))
        Command(place.git_dir).run(*clone)
        lab = path / place.prefix if place.prefix else path
        if not lab.is_dir():
            raise NotReady(
                f"{place.lab} holds no committed file.", hint="Commit what it holds first."
            )
        scratch = folder / "scratch"
        scratch.mkdir()
        yield Trying(
            place=place,
            path=path,
            lab=lab,
            scratch=scratch,
            tracked=frozenset(_names(command.run("ls-files", "-z"))),
            beside=tuple(_beside(command)),
            dirty=bool(command.run("status", "--porcelain", "-z", "--untracked-files=no").strip()),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _beside(command: Command) -> Iterator[str]:
    listed = command.run("ls-files", "-z", "--others", "--directory", "--no-empty-directory")
    for name in _names(listed):
        entry = name.rstrip("/")
        parts = entry.split("/")
        if entry and not NOISE.intersection(parts) and not entry.endswith((".pyc", "~")):
            yield entry


def _names(listed: bytes) -> list[str]:
    return [name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name]
