"""Where executors come from: those that ship, and a plug-in's under ``orgloop.executors``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path

from orgloop.bench.local import LocalExecutor
from orgloop.bench.protocol import Executor
from orgloop.errors import UserError
from orgloop.problems import did_you_mean
from orgloop.task.executor import GROUP, LOCAL, RAY, SLURM, executor_names
from orgloop.task.model import Task

ExecutorFactory = Callable[[Path], Executor]
"""Called with the directory for the records of jobs."""


def executor_for(task: Task, name: str | None = None) -> ExecutorFactory:
    """The factory that the task asks for, or that of ``name``.

    A plug-in's entry point is called with the directory and the task. Raises UserError where there
    is none of that name, or it cannot be loaded.
    """
    chosen = name or task.executor
    if chosen == LOCAL:
        return LocalExecutor
    if chosen == SLURM:
        from orgloop.bench.elsewhere.slurm import slurm_executor

        return partial(slurm_executor, task=task)
    if chosen == RAY:
        from orgloop.bench.elsewhere.ray import ray_executor

        return partial(ray_executor, task=task)
    for entry in metadata.entry_points(group=GROUP):
        if entry.name == chosen:
            try:
                made: Callable[[Path, Task], Executor] = entry.load()
            except (ImportError, AttributeError) as error:
                raise UserError(
                    f"The executor `{chosen}` ({entry.value}) cannot be loaded: {error}.",
                    hint="Reinstall the package that brings it.",
                ) from error
            return lambda jobs: made(jobs, task)
    raise UserError(
        f"There is no executor `{chosen}`.", hint=did_you_mean(chosen, executor_names())
    )
