"""A bench that carries out no process: it reads the constants and asks a surface.

Everything around it is real: worktrees, commits, the ledger, the scheduler, the referee. What an
experiment changes beside the constants that can be tuned has no effect on it.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from orgloop.bench import (
    Ending,
    Executor,
    ExecutorFactory,
    Job,
    JobResult,
    Step,
    StepResult,
    Tell,
)
from orgloop.engines.tunables import discover, is_editable
from orgloop.engines.tunables.blob import blob_id
from orgloop.errors import BenchError
from orgloop.task import Task
from orgloop.tune.surface import Point, Reading, Surface

SEED = "ORGLOOP_SEED"


def simulated_bench(surface: Surface, task: Task) -> ExecutorFactory:
    """Makes executors that answer from ``surface`` for runs of ``task``."""

    def make(jobs: Path) -> Executor:
        return SimulatedExecutor(jobs, surface, task)

    return make


class SimulatedExecutor:
    """An executor without processes. A job is over when it is asked for, and never unfinished."""

    warning = ""
    elsewhere = False

    def __init__(self, jobs: Path, surface: Surface, task: Task) -> None:
        """``jobs`` is where the output of steps goes, as with any executor."""
        self._jobs = jobs
        self._surface = surface
        self._task = task

    def tell_with(self, tell: Tell) -> None:
        """There is nothing to tell."""
        del tell

    async def warm(self, count: int) -> None:
        """There is nothing to start."""

    async def run(self, job: Job) -> JobResult:
        """What the job would have left behind; the same whenever it is asked again.

        Raises BenchError for a job that is no measurement: a simulated lab has no commands.
        """
        step = job.steps[0]
        if SEED not in step.env or (len(job.steps) == 1 and step.name != "run"):
            raise BenchError(
                f"The step `{step.name}` cannot be run: this lab's bench is simulated.",
                hint="Give roles that work here no `Bash`, and the task no `setup`.",
            )
        return await asyncio.to_thread(self._answer, job, step)

    def _answer(self, job: Job, step: Step) -> JobResult:
        point = read_point(step.cwd, self._task)
        reading = self._surface.measure(point, int(step.env[SEED]))
        folder = self._jobs / job.id
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / "output.log"
        log.write_text(self._said(reading), encoding="utf-8")
        ended = time.time()
        return JobResult(
            id=job.id,
            steps=_steps(job, reading, log),
            started=ended - reading.seconds,
            finished=ended,
        )

    def _said(self, reading: Reading) -> str:
        if reading.value is None:
            return f"Traceback (most recent call last):\n  simulated\n{reading.crash}\n"
        return f"{self._task.metric}: {reading.value!r}\n"

    def unfinished(self) -> Sequence[Job]:
        """None: what was asked was answered."""
        return ()

    async def kill(self, job_id: str) -> None:
        """It is over already."""

    async def discard(self, job_id: str) -> None:
        """Remove the output."""
        self.forget(job_id)

    def forget(self, job_id: str) -> None:
        """Remove the output."""
        shutil.rmtree(self._jobs / job_id, ignore_errors=True)

    async def close(self) -> None:
        """Nothing is held."""


def _steps(job: Job, reading: Reading, log: Path) -> tuple[StepResult, ...]:
    """Results of the steps that came to pass: the last of them has said what there is to say."""
    if reading.value is None:
        name = job.steps[0].name
        return (
            StepResult(
                name=name, ending=Ending.EXIT, exit_code=1, wall_s=reading.seconds, output=log
            ),
        )
    last = len(job.steps) - 1
    return tuple(
        StepResult(
            name=step.name,
            ending=Ending.OK,
            exit_code=0,
            wall_s=0.0 if number else reading.seconds,
            cpu_s=0.0 if number else reading.seconds,
            output=log if number == last else None,
        )
        for number, step in enumerate(job.steps)
    )


class CheckedOut:
    """The editable files of a checkout, as the search for tunables reads them."""

    def __init__(self, lab: Path, task: Task) -> None:
        self._files: dict[str, bytes] = {}
        plain = not any(sign in pattern for pattern in task.editable for sign in "*?[")
        named = [lab / pattern for pattern in task.editable] if plain else []
        found = named if all(path.is_file() for path in named) and plain else lab.rglob("*")
        for path in sorted(found):
            name = path.relative_to(lab).as_posix()
            if is_editable(name, task.editable) and path.is_file() and not path.is_symlink():
                self._files[name] = path.read_bytes()

    def paths(self) -> Sequence[str]:
        """Every editable path, sorted."""
        return list(self._files)

    def read(self, path: str) -> bytes:
        """The bytes; raises KeyError where there is no such file."""
        return self._files[path]

    def blob(self, path: str) -> str:
        """The git blob id; raises KeyError where there is no such file."""
        return blob_id(self._files[path])


def read_point(lab: Path, task: Task) -> Point:
    """The constants that can be tuned, as the lab's files in this directory have them."""
    return discover(CheckedOut(lab, task), task).values
