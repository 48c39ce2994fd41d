"""One slot: a registered git worktree under ``.orgloop/worktrees/<n>``.

Git keeps a worktree's HEAD and index in a directory of the repository, out of a candidate's
reach; the slot itself holds a ``.git`` file that points there, which a candidate may replace. So
nothing here ever reads a slot's ``.git``: which directory belongs to which slot is taken from
the repository's side alone.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import RepoError
from orgloop.repo.place import Place
from orgloop.repo.process import Command

_REASON = "orgloop"


@dataclass(frozen=True, slots=True)
class Worktree:
    """A checkout that one experiment holds."""

    path: Path
    """Its top, which mirrors the repository's top."""
    lab: Path
    """The lab within it."""
    number: int
    git_dir: Path
    """Its directory in the repository, for `git --git-dir`; never read from the slot."""

    def command(self) -> Command:
        """Git on this worktree, with both directories given."""
        return Command(self.git_dir, self.path)

    def point(self, commit: str) -> None:
        """Make HEAD name the commit, and the ``.git`` file of the slot name its directory.

        The index is not touched: see :meth:`index`.
        """
        (self.git_dir / "HEAD").write_text(f"{commit}\n", "ascii")
        link, wanted = self.path / ".git", f"gitdir: {self.git_dir}\n".encode()
        if not holds(link, wanted):
            link.unlink(missing_ok=True)
            write_new(link, wanted, 0o644)

    def index(self, commit: str) -> None:
        """Bring the index to the commit, for a coding agent that runs git in its sandbox."""
        for name in ("index", "index.lock"):
            (self.git_dir / name).unlink(missing_ok=True)
        self.command().run("read-tree", commit)


def holds(path: Path, content: bytes, mode: int = 0o644) -> bool:
    """Whether a path is an ordinary file of its own with exactly this content and mode."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            return False
        if found.st_size != len(content) or stat.S_IMODE(found.st_mode) & 0o755 != mode & 0o755:
            return False
        return path.read_bytes() == content
    except OSError:
        return False


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not exist, following no link."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if mode & 0o100:
            os.fchmod(descriptor, os.fstat(descriptor).st_mode | 0o111)


def register(place: Place, path: Path, commit: str) -> Worktree:
    """Make the directory and register it with git, empty and detached at ``commit``."""
    Command(place.git_dir, place.top, place.top).run(
        "worktree", "add", "--detach", "--no-checkout", "--lock", str(path), commit
    )
    found = registered(place).get(path)
    if found is None:
        raise RepoError(f"git did not register the worktree {path}.")
    (found / "locked").write_text(f"{_REASON}\n", "ascii")
    return slot(place, path, found)


def slot(place: Place, path: Path, git_dir: Path) -> Worktree:
    """The worktree at a path whose directory in the repository is known."""
    lab = path / place.prefix if place.prefix else path
    return Worktree(path=path, lab=lab, number=int(path.name), git_dir=git_dir)


def registered(place: Place) -> dict[Path, Path]:
    """Every linked worktree of the repository: its path to its directory in the repository."""
    found: dict[Path, Path] = {}
    for link in place.common_dir.glob("worktrees/*/gitdir"):
        try:
            target = Path(os.fsdecode(link.read_bytes()).rstrip("\n"))
        except OSError:
            continue
        target = target if target.is_absolute() else link.parent / target
        parent = target.parent
        found[parent.parent.resolve() / parent.name] = link.parent
    return found


def ours(git_dir: Path) -> bool:
    """Whether Orgloop registered this worktree (another lab's counts too)."""
    try:
        return (git_dir / "locked").read_text("utf-8", "replace").startswith(_REASON)
    except OSError:
        return False
