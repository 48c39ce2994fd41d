"""What the person has not committed: experiments start from commits and would not see it."""

from __future__ import annotations

from orgloop.repo.place import Place
from orgloop.repo.process import Command


def _listed(place: Place, *arguments: str) -> tuple[str, ...]:
    # --no-optional-locks and literal pathspecs are in the environment of every Command: status
    # never refreshes the index, whose bytes stay as they are.
    command = Command(place.git_dir, place.top, place.top)
    output = command.run(
        "--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames",
        "--ignore-submodules=dirty", *arguments, "--", place.prefix or ".",
    )  # fmt: skip
    rows = output.decode("utf-8", "surrogateescape").split("\0")
    start = len(place.prefix) + 1 if place.prefix else 0
    return tuple(f"{row[:2]}{row[3 + start :]}" for row in rows if row)


def uncommitted(place: Place) -> tuple[str, ...]:
    """Tracked files of the lab that differ from HEAD, in the index or on disk, sorted."""
    rows = _listed(place, "--untracked-files=no")
    return tuple(sorted(row[2:] for row in rows))


def untracked(place: Place) -> tuple[str, ...]:
    """Files of the lab that git neither tracks nor ignores, sorted; folders end in ``/``."""
    rows = _listed(place, "--untracked-files=normal")
    return tuple(sorted(row[2:] for row in rows if row.startswith("??")))
