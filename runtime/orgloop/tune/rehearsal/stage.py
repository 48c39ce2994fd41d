"""The lab that a rehearsal works in: the recorded run's baseline, with a bench that replays."""

from __future__ import annotations

import shutil
from pathlib import Path

from orgloop.repo import LabRepo
from orgloop.task import Task
from orgloop.tune.recorded import FittedSurface
from orgloop.tune.tasks import TrialTask


def stage(
    surface: FittedSurface, repo: LabRepo, commit: str, task: Task, folder: Path
) -> TrialTask:
    """The task of a rehearsal, with the files of ``commit`` in ``folder``.

    ``task`` as the run has it, but for what a replayed bench has no use for.
    """
    root = folder / "stage"
    files = repo.commit_files(commit)
    draft = folder / "stage.part"
    if not root.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
        for path in files.paths():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.read(path))
        draft.rename(root)
    played = task.model_copy(update={"slots": 1, "setup": None, "mounts": ()})
    return TrialTask(task.name, "rehearsal", root, played, surface)
