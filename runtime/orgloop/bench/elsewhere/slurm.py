"""Slurm as a queue: sbatch by submitit, squeue and scancel by ourselves."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from orgloop.bench.elsewhere.executor import QueueExecutor
from orgloop.bench.elsewhere.queue import Asked, Phase, QueueDown, Sight
from orgloop.bench.elsewhere.standin import StandIn
from orgloop.errors import UserError
from orgloop.task.executor import SlurmSettings
from orgloop.task.model import Task

_WAITING = frozenset({"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED"})
_RUNNING = frozenset(
    {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"}
)
ANSWER_S = 60.0
"""Seconds that a command of Slurm's has to answer."""


def slurm_executor(jobs: Path, task: Task) -> QueueExecutor:
    """The executor for ``executor: slurm``; raises UserError where the extra is missing."""
    if importlib.util.find_spec("submitit") is None:
        raise UserError(
            "`executor: slurm` needs submitit, which is not installed.",
            hint="`pip install 'orgloop[slurm]'` brings it.",
        )
    queue: SlurmQueue | StandIn
    if task.slurm.cluster == "local":
        queue, settle = StandIn(task.slurm), 0.5
    else:
        queue, settle = SlurmQueue(task.slurm), 10.0
    return QueueExecutor(jobs, queue, cpus=task.resources.cpus, settle=settle)


class SlurmQueue:
    """Meets :class:`~orgloop.bench.elsewhere.queue.Queue` with sbatch, squeue and scancel."""

    name = "slurm"
    label = "Slurm"
    patience = 5.0

    def __init__(self, settings: SlurmSettings) -> None:
        self._settings = settings

    def open(self) -> None:
        """Look whether Slurm's commands are here. Raises UserError."""
        from orgloop.bench.elsewhere.submission import missing_commands

        if missing := missing_commands():
            raise UserError(
                f"`executor: slurm` needs {', '.join(f'`{name}`' for name in missing)}, which is "
                "not on the PATH.",
                hint="Run the lab on a login node, or say `executor: local`.",
            )

    def submit(self, asked: Asked) -> str:
        """The id of the job. Raises QueueDown or Refused."""
        from orgloop.bench.elsewhere.submission import slurm_submission, submitted

        return submitted(lambda: slurm_submission(self._settings, asked), asked).job_id

    def find(self, name: str) -> str | None:
        """By the job's name, for as long as Slurm remembers it."""
        for words in _asked("%i", f"--name={name}"):
            return words[0]
        return None

    def look(self, handles: Sequence[str]) -> Mapping[str, Sight]:
        """All of this person's jobs in one question."""
        wanted = set(handles)
        seen: dict[str, Sight] = {}
        for number, state, reason in _asked("%i|%T|%r"):
            if number in wanted:
                seen[number] = _sight(state, reason)
        return seen

    def cancel(self, handle: str) -> None:
        """Raises QueueDown."""
        _command(["scancel", handle])

    def close(self) -> None:
        """Nothing is held."""


def _sight(state: str, reason: str) -> Sight:
    if state in _WAITING:
        return Sight(Phase.WAITING, reason)
    if state in _RUNNING:
        return Sight(Phase.RUNNING)
    return Sight(Phase.GONE, state)


def _asked(columns: str, *more: str) -> list[list[str]]:
    """Rows of squeue over this person's jobs, those that ended lately included."""
    said = _command(["squeue", "-h", "-t", "all", "-u", str(os.getuid()), "-o", columns, *more])
    width = columns.count("|") + 1
    rows = [line.strip().split("|") for line in said.splitlines()]
    return [row for row in rows if len(row) == width]


def _command(words: list[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=ANSWER_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise QueueDown(str(error)) from error
    if done.returncode:
        said = (done.stderr.strip() or f"{words[0]} ended with status {done.returncode}").split(
            "\n"
        )[0]
        raise QueueDown(said)
    return done.stdout
