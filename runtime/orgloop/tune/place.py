"""The lab that a trial works in: a copy, of which the original never learns."""

from __future__ import annotations

import shutil
from pathlib import Path

from orgloop.lab.begin import require_committed
from orgloop.repo import LabRepo
from orgloop.repo.clone import clone_lab
from orgloop.repo.fresh import begin_repository
from orgloop.tune.tasks import TrialTask

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".orgloop", ".git")


def copy_lab(task: TrialTask, directory: Path) -> Path:
    """The lab of ``task`` in ``directory``, made where it is not there yet; returns its root.

    Raises UserError where what the person sees is not committed, and RepoError where git refuses.
    """
    known = directory / "lab.txt"
    if known.is_file():
        return directory / known.read_text(encoding="utf-8")
    draft = directory / "lab"
    shutil.rmtree(draft, ignore_errors=True)  # one that was cut off
    if task.simulated:
        shutil.copytree(task.root, draft, ignore=_LEFT_OUT)
        begin_repository(draft, "The task, copied for a trial")
        root = draft
    else:
        with LabRepo.open(task.root) as repo:
            require_committed(task.task, repo)
            mounts = [text.partition(":")[0] for text in task.task.mounts]
            inside = [name for name in mounts if not Path(name).expanduser().is_absolute()]
            root = clone_lab(repo.place, draft, beside=inside)
    known.write_text(root.relative_to(directory).as_posix(), encoding="utf-8")
    return root
