"""What a person changes for a role that edits: in a directory of the question's, or as a patch."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orgloop.errors import UserError
from orgloop.ledger import QuestionRow
from orgloop.task import Task

if TYPE_CHECKING:  # git takes a while to import, and whoever watches need not wait for it
    from orgloop.repo import LabRepo

DESKS = "desks"
"""Where the directories are: ``.orgloop/desks/q3``."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A change that a commit may hold."""

    edits: Mapping[str, bytes | None]
    commit: str
    """The walk's commit with them on it; the walk's own where nothing was changed."""
    left_behind: tuple[str, ...] = ()


def desk_of(repo: LabRepo, task: Task, row: QuestionRow) -> Path:
    """The question's directory, with the files as the walk has them; made where it is not there."""
    desk = repo.home / DESKS / row.name
    if not desk.is_dir():
        desk.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=desk.parent))
        _copy_out(repo, row, task, draft)
        draft.chmod(0o755)
        draft.rename(desk)
    return desk


def clear_desk(home: Path, row: QuestionRow) -> None:
    """Remove the directory of a question that is answered."""
    shutil.rmtree(home / DESKS / row.name, ignore_errors=True)


def from_desk(repo: LabRepo, task: Task, row: QuestionRow) -> Edited:
    """What was changed in the question's directory; nothing where there is none.

    Raises :class:`~orgloop.errors.UserError` for what no commit of an experiment may hold.
    """
    desk = repo.home / DESKS / row.name
    return _look(repo, task, row, desk) if desk.is_dir() else Edited({}, row.commit)


def from_patch(repo: LabRepo, task: Task, row: QuestionRow, patch: Path) -> Edited:
    """What a unified diff changes; raises UserError where it does not apply."""
    try:
        text = patch.read_bytes()
    except OSError as error:
        raise UserError(f"The patch {patch} cannot be read: {error.strerror or error}.") from None
    with tempfile.TemporaryDirectory(prefix="orgloop-patch-") as folder:
        copy = Path(folder, "lab")
        copy.mkdir()
        _copy_out(repo, row, task, copy)
        _apply(text, copy, patch)
        return _look(repo, task, row, copy)


def _apply(text: bytes, directory: Path, patch: Path) -> None:
    # Outside of any repository, so git takes paths as they stand and reads nobody's settings.
    environment = {name: v for name, v in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CEILING_DIRECTORIES": str(directory.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=directory,
        env=environment,
        input=text,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[0].removeprefix("error: ") if said else "git says no more"
        raise UserError(
            f"{patch} does not apply to the files of this question: {why}.",
            hint="Make it against the question's directory, with paths as `git diff` writes them.",
        )


def _copy_out(repo: LabRepo, row: QuestionRow, task: Task, place: Path) -> None:
    from orgloop.repo.copy_out import copy_out

    copy_out(repo, row.commit, place, task.hidden)


def _look(repo: LabRepo, task: Task, row: QuestionRow, directory: Path) -> Edited:
    from orgloop.repo import leavings, out_of_scope

    found = leavings(directory, repo.entries(row.commit), task.editable, task.hidden)
    if found.refused:
        raise UserError(
            f"No commit may hold this: {'; '.join(found.refused)}.", hint="Put it back as it was."
        )
    commit = repo.commit_edits(row.commit, found.edits, message=row.name, author="a person")
    refusals = out_of_scope(
        repo.changes(row.commit, commit), task.editable, existing=repo.entries(row.commit)
    )
    if refusals:
        editable = ", ".join(f"`{path}`" for path in task.editable)
        raise UserError(
            f"Not editable: {'; '.join(map(str, refusals))}.",
            hint=f"Put it back as it was; this task's editable files are {editable}.",
        )
    return Edited(found.edits, commit, found.left_behind)
