"""A coding agent's client at a desk: its own home directory, its box, its job.

The job has a name that stays the same over restarts, so a lab that died while a client worked
finds it again, still working or done, and nothing is paid twice. It never outlives its time limit,
whoever looks after it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shlex
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from orgloop.bench.boxes import Boxes, Checkout
from orgloop.bench.environment import step_environment
from orgloop.bench.protocol import Bind, Ending, Executor, Job, Step, StepLimits, StepResult
from orgloop.bench.tail import read_log, tail
from orgloop.bench.verdict import crash_of
from orgloop.desk import HOME, Program, Served
from orgloop.errors import BenchError, EngineOutage
from orgloop.task.model import Task

CLIENT = "client"
"""What ids of clients' jobs begin with."""
FOLDER = "desks"
"""Where in ``.orgloop`` clients have their homes, each in a directory named after its visit."""
OUTPUT, PROCESSES = 2**26, 2048
_OURS = ".orgloop"
_KEYS, _PROMPT, _ERRORS = f"{_OURS}/keys", f"{_OURS}/prompt", f"{_OURS}/errors"


def client_visit(run: str, visit: str) -> str:
    """The name of a visit, as the ids of its clients' jobs begin: ``client-r1-e0007-pi-1``."""
    return f"{CLIENT}-{run}-{visit}"


def is_client(job_id: str, run: str) -> bool:
    """Whether a job is a client of this run: it is worth waiting for after a restart."""
    return job_id.startswith(f"{CLIENT}-{run}-")


def left_working(executor: Executor, visit: str) -> Job | None:
    """The first client of this visit that an earlier lab left, working or done."""
    return next((job for job in executor.unfinished() if job.id == f"{visit}-1"), None)


def sweep_desks(home: Path, going: Iterable[str]) -> None:
    """Remove homes of clients that are gone; ``home`` is ``.orgloop``, ``going`` ids of jobs."""
    kept = {job_id.rpartition("-")[0] for job_id in going}
    for folder in (home / FOLDER).glob("*/"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


class Serving:
    """The clients of one visit, one after the other."""

    def __init__(
        self,
        task: Task,
        boxes: Boxes,
        executor: Executor,
        checkout: Checkout,
        *,
        home: Path,
        visit: str,
        protected: tuple[Path, ...] = (),
    ) -> None:
        """``home`` is the lab's ``.orgloop``, ``visit`` as :func:`client_visit` names it."""
        self._task, self._boxes, self._executor = task, boxes, executor
        self._checkout, self._protected, self._visit = checkout, protected, visit
        self._home = home / FOLDER / visit
        self._numbers = itertools.count(1)

    async def serve(self, program: Program) -> Served:
        """See :meth:`orgloop.desk.Desk.serve`."""
        job_id = f"{self._visit}-{next(self._numbers)}"
        adopted = await self._goes_on(job_id)
        last = await (self._wait(job_id, program) if adopted else self._begin(job_id, program))
        if adopted and last.ending is Ending.KILLED:  # as the earlier lab was told to stop
            last = await self._begin(job_id, program)
        output, errors = read_log(last.output, OUTPUT), self._errors()
        self._executor.forget(job_id)
        return _served(last, output, errors)

    async def _begin(self, job_id: str, program: Program) -> StepResult:
        self._executor.forget(job_id)
        await asyncio.to_thread(self._furnish, program)
        return await self._wait(job_id, program)

    async def _wait(self, job_id: str, program: Program) -> StepResult:
        try:
            result = await self._executor.run(self._job(job_id, program))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # else the executor lets go of its jobs
                await self._executor.kill(job_id)
            raise
        return result.steps[-1]

    def close(self) -> None:
        """Remove the home directory, and the login in it."""
        shutil.rmtree(self._home, ignore_errors=True)

    async def _goes_on(self, job_id: str) -> bool:
        """Whether an earlier lab began this very job; what else it left at this visit is ended."""
        going = False
        for job in self._executor.unfinished():
            if job.id == job_id:
                going = True
            elif job.id.startswith(f"{self._visit}-"):
                await self._executor.kill(job.id)
        return going

    def _furnish(self, program: Program) -> None:
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._home.chmod(0o700)
        keys = "".join(
            f"export {name}={shlex.quote(value)}\n" for name, value in program.secrets.items()
        )
        ours = {_KEYS: keys.encode(), _PROMPT: program.stdin.encode(), _ERRORS: b""}
        for path, content in {**program.files, **ours}.items():
            _put(self._home, path, content)

    def _job(self, job_id: str, program: Program) -> Job:
        box, path = self._boxes.client(
            self._checkout,
            Bind(source=self._home, target=Path(HOME), writable=True),
            protected=self._protected,
            sees=program.sees,
        )
        keys = shlex.quote(str(HOME / _KEYS))
        command = (
            f". {keys}; rm -f {keys}; exec {shlex.join(program.argv)} "
            f"<{HOME / _PROMPT} 2>{HOME / _ERRORS}"
        )
        step = Step(
            name=CLIENT,
            command=command,
            cwd=self._checkout.lab,
            env=self._variables((*map(str, program.path), *path), program.env),
            box=box,
            limits=StepLimits(
                wall=program.seconds,
                processes=PROCESSES,
                disk=self._task.limits.disk,
                output=OUTPUT,
            ),
        )
        return Job(id=job_id, steps=(step,), worktree=self._checkout.path, here=True)

    def _variables(self, path: Iterable[str], env: Mapping[str, str]) -> dict[str, str]:
        made = step_environment(
            path=tuple(path),
            seed=0,
            cpus=self._task.resources.cpus,
            gpus=(),
            folders={},
            own={**self._task.env, **env},
        )
        return {**made, "HOME": str(HOME)}

    def _errors(self) -> str:
        # Inside the client's reach until now: it may be a link to anywhere, or a pipe.
        path = self._home / _ERRORS
        if path.is_symlink() or not path.is_file() or self._home.joinpath(_OURS).is_symlink():
            return ""
        return tail(read_log(path))


def _served(last: StepResult, output: str, errors: str) -> Served:
    if last.ending is Ending.BROKEN:
        raise BenchError(f"A client could not be run: {last.message or tail(output)}.")
    if last.ending is Ending.KILLED:
        raise EngineOutage("The client was stopped while it worked.", until=0.0)
    crash = crash_of(last, errors)
    by_itself = last.ending in (Ending.OK, Ending.EXIT)
    return Served(
        exit_code=last.exit_code if by_itself else None,
        output=output,
        errors=errors,
        why="" if by_itself or crash is None else crash.message,
        wall_s=last.wall_s,
    )


def _put(home: Path, path: str, content: bytes) -> None:
    """Write a file in a directory that an earlier client of the visit may have rearranged."""
    folder = home
    for part in Path(path).parts[:-1]:
        folder = folder / part
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            folder.unlink()
        folder.mkdir(exist_ok=True, mode=0o700)
    target = home / path
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
        file.write(content)
