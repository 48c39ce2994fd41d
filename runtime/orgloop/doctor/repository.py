"""Git: its version, the lab's repository, and what a run would start from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from orgloop.doctor.finding import Finding
from orgloop.errors import RepoError
from orgloop.repo.environment import require_git
from orgloop.repo.globs import Globs
from orgloop.repo.place import Place, find_place
from orgloop.repo.status import uncommitted, untracked
from orgloop.task import Task

AREA = "git"
SHOWN = 3


def git_findings(root: Path, task: Task) -> Iterator[Finding]:
    """Read only: neither the checkout nor the index is touched."""
    try:
        version = ".".join(str(part) for part in require_git())
        place = find_place(root)
    except RepoError as error:
        yield Finding(area=AREA, what="git", state="missing", said=error.message, fix=error.hint)
        return
    where = f"folder {place.prefix} of {place.top}" if place.prefix else "the top of its repository"
    yield Finding(area=AREA, what="git", state="ok", said=f"git {version}; the lab is {where}.")
    yield _identity(place)
    yield from _start(place, task)
    yield _ignored(place)


def _identity(place: Place) -> Finding:
    known = os.environ.get("GIT_COMMITTER_NAME") or place.settings.get("user.name")
    name = place.identity
    if known:
        said = f"Commits are by {name.name} <{name.email}>."
        return Finding(area=AREA, what="identity", state="ok", said=said)
    return Finding(
        area=AREA,
        what="identity",
        state="warning",
        said=f"git does not know who you are: commits will be by {name.name} <{name.email}>.",
        fix='git config --global user.name "Your Name"; git config --global user.email you@...',
    )


def _start(place: Place, task: Task) -> Iterator[Finding]:
    try:
        changed = sorted({*uncommitted(place), *untracked(place)})
    except RepoError as error:
        yield Finding(area=AREA, what="start", state="missing", said=error.message, fix=error.hint)
        return
    editable = Globs(task.editable)
    blocking = [path for path in changed if path == "task.md" or editable.matches(path)]
    if blocking:
        files = ", ".join(f"`{path}`" for path in blocking[:SHOWN])
        more = f" and {len(blocking) - SHOWN} more" if len(blocking) > SHOWN else ""
        yield Finding(
            area=AREA,
            what="start",
            state="missing",
            said=f"A run starts from HEAD, and {files}{more} is not committed as it stands.",
            fix="git add -A . && git commit",
        )
    elif changed:
        yield Finding(
            area=AREA,
            what="start",
            state="ok",
            said=f"HEAD; {len(changed)} changed files that experiments do not edit stay out of it.",
        )
    else:
        yield Finding(area=AREA, what="start", state="ok", said="HEAD; nothing is uncommitted.")


def _ignored(place: Place) -> Finding:
    home = place.lab / ".orgloop"
    ignore = home / ".gitignore"
    if not home.exists():
        said = "`.orgloop/` will be made by the first run and ignores itself."
        return Finding(area=AREA, what="record", state="ok", said=said)
    if ignore.is_file() and ignore.read_text("utf-8", "replace") == "*\n":
        return Finding(area=AREA, what="record", state="ok", said="`.orgloop/` ignores itself.")
    return Finding(
        area=AREA,
        what="record",
        state="warning",
        said="`.orgloop/` lacks the `.gitignore` that hides it from git.",
        fix="The next run writes it anew.",
    )
