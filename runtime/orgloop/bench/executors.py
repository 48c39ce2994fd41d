"""Where executors come from: the local one, or a plug-in's under ``orgloop.executors``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from orgloop.bench.local import LocalExecutor
from orgloop.bench.protocol import Executor
from orgloop.errors import UserError
from orgloop.problems import did_you_mean

GROUP = "orgloop.executors"
ExecutorFactory = Callable[[Path], Executor]
"""Called with the directory for the records of jobs."""


def executor_for(name: str = "local") -> ExecutorFactory:
    """The factory of that name; raises UserError where there is none or it cannot be loaded."""
    if name == "local":
        return LocalExecutor
    found = metadata.entry_points(group=GROUP)
    for entry in found:
        if entry.name == name:
            try:
                factory: ExecutorFactory = entry.load()
            except (ImportError, AttributeError) as error:
                raise UserError(
                    f"The executor `{name}` ({entry.value}) cannot be loaded: {error}.",
                    hint="Reinstall the package that brings it.",
                ) from error
            return factory
    raise UserError(
        f"There is no executor `{name}`.",
        hint=did_you_mean(name, ["local", *(entry.name for entry in found)]),
    )
