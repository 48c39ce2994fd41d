"""A copy of a lab in which a run can do as it likes: the person's repository is only read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from orgloop.errors import RepoError
from orgloop.repo.place import Place
from orgloop.repo.process import Command
from orgloop.repo.unwritable import unwritable


def clone_lab(place: Place, directory: Path, *, beside: Iterable[str] = ()) -> Path:
    """Clone the repository that holds a lab into ``directory``, at HEAD; returns the lab in it.

    Objects are shared, so it costs little and lives as long as the original does. ``beside`` are
    paths relative to the lab that are not committed and are needed all the same: they are linked.
    Raises RepoError where git refuses.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        command = Command(place.git_dir)
        command.run("clone", "--quiet", "--shared", "--no-tags", str(place.top), str(directory))
        lab = directory / place.prefix if place.prefix else directory
        for name in beside:
            source, target = Path(os.path.normpath(place.lab / name)), lab / name
            if source.exists() and target.parent.is_dir() and not target.exists():
                target.symlink_to(source)
    except OSError as error:
        raise unwritable(
            f"{directory} cannot be written", error, hint="Look at the disk that holds the lab."
        ) from error
    if not (lab / "task.md").is_file():
        raise RepoError(f"HEAD has no task.md where {place.lab} has one.", hint="Commit it first.")
    return lab
