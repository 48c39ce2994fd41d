"""The lab's own directory, ``.orgloop/``: all that a run leaves in the person's working tree."""

from __future__ import annotations

from pathlib import Path

from orgloop.errors import RepoError
from orgloop.repo.unwritable import unwritable

NAME = ".orgloop"


def make_home(lab: Path) -> Path:
    """Create ``.orgloop/`` in the lab, ignored by git as a whole; returns it.

    Raises RepoError where it is a file or a symlink (which the ``.gitignore`` inside could not
    hide from git), or cannot be written.
    """
    home = lab / NAME
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise RepoError(
            f"{home} is not a directory of its own.",
            hint="Move it away; Orgloop makes it anew and keeps everything it writes there.",
        )
    try:
        home.mkdir(exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.is_file() or ignore.read_text("utf-8", "replace") != "*\n":
            ignore.unlink(missing_ok=True)
            ignore.write_text("*\n", "utf-8")
        (home / "worktrees").mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(
            f"{home} cannot be written",
            error,
            hint="Orgloop keeps its ledger and its worktrees there: make the lab writable.",
        ) from error
    return home
