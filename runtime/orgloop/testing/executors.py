"""Executors by address, for tests in which a process that runs one is killed."""

from __future__ import annotations

from pathlib import Path

from orgloop.bench import Executor, LocalExecutor, executor_for
from orgloop.testing.requests import a_task


def local(jobs: Path) -> Executor:
    """This machine's."""
    return LocalExecutor(jobs)


def stand_in(jobs: Path) -> Executor:
    """submitit's local executor."""
    return executor_for(a_task(slurm={"cluster": "local"}), "slurm")(jobs)


def slurm(jobs: Path) -> Executor:
    """The Slurm that ``$SLURM_CONF`` leads to."""
    return executor_for(a_task(), "slurm")(jobs)


def ray(jobs: Path) -> Executor:
    """The Ray that `ray start` made on this machine."""
    return executor_for(a_task(), "ray")(jobs)
