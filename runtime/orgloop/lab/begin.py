"""Which run this is: the latest one, resumed, or a new one from HEAD."""

from __future__ import annotations

import secrets
from pathlib import Path

from orgloop.errors import UserError
from orgloop.lab.options import RunOptions
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.org import Lab
from orgloop.repo import Globs, LabRepo
from orgloop.task import Task

BOUND = ("metric", "goal", "run", "predict", "evaluate", "editable")
"""Keys of task.md that a run keeps to its end: its numbers would not compare otherwise."""


def options_for(root: Path, given: RunOptions, *, new: bool) -> RunOptions:
    """What the run works under: what is given now, over what was given to the run it resumes."""
    path = ledger_path(root)
    if new or not path.is_file():
        return given
    with Ledger.read_only(path) as ledger:
        latest = ledger.runs.latest()
    return given if latest is None else given.over(RunOptions.model_validate(latest.options))


def begin_or_resume(
    lab: Lab, repo: LabRepo, ledger: Ledger, options: RunOptions, *, new: bool
) -> RunRow:
    """The run to work on; ``options`` are kept with it.

    Raises :class:`~orgloop.errors.UserError` where the task has changed so that the latest run
    cannot go on, or where the files that it would start from are not committed.
    """
    latest = ledger.runs.latest()
    if latest is None or new:
        return _begin(lab, repo, ledger, options)
    earlier = Task.model_validate(latest.task)
    changed = [key for key in BOUND if getattr(earlier, key) != getattr(lab.task, key)]
    if changed:
        keys = ", ".join(f"`{key}`" for key in changed)
        raise UserError(
            f"task.md has changed {keys} since run {latest.id} began, so it cannot go on.",
            hint="Start another with `orgloop run --new`, or put task.md back.",
        )
    if options.seed is not None and options.seed != latest.seed:
        raise UserError(
            f"Run {latest.id} has the seed {latest.seed}, and a run keeps its seed.",
            hint=f"Start another with `orgloop run --new --seed {options.seed}`.",
        )
    ledger.runs.set_options(latest.id, options.model_dump(mode="json", exclude_none=True))
    return latest


def require_committed(task: Task, repo: LabRepo) -> None:
    """Raise :class:`~orgloop.errors.UserError` where HEAD is not what the person sees."""
    changed = set(repo.uncommitted()) | set(repo.untracked())
    missing = sorted(path for path in changed if path == "task.md" or _editable(path, task))
    if missing:
        files = ", ".join(f"`{path}`" for path in missing[:5])
        raise UserError(
            f"A run starts from HEAD, and {files} is not committed as it stands.",
            hint="Commit it first: experiments are commits on top of HEAD.",
        )


def _begin(lab: Lab, repo: LabRepo, ledger: Ledger, options: RunOptions) -> RunRow:
    require_committed(lab.task, repo)
    seed = options.seed if options.seed is not None else secrets.randbelow(2**31)
    return ledger.runs.create(
        id=_free_id(repo, ledger),
        baseline_commit=repo.head(),
        task=lab.task.model_dump(mode="json"),
        options=options.model_dump(mode="json", exclude_none=True),
        seed=seed,
    )


def _free_id(repo: LabRepo, ledger: Ledger) -> str:
    """The next id that neither the ledger nor git knows: a ledger may have been deleted."""
    taken, number = set(repo.refs.runs()), int(ledger.runs.next_id()[1:])
    while f"r{number}" in taken:
        number += 1
    return f"r{number}"


def _editable(path: str, task: Task) -> bool:
    return Globs(task.editable).matches(path)
