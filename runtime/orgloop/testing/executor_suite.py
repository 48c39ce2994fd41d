"""What every executor must do, as tests: subclass :class:`ExecutorSuite` in a test module.

::

    class TestMine(ExecutorSuite):
        address = "my_package.executor:make"

where ``make(jobs)`` is importable and gives an executor whose records lie in the directory
``jobs``: some tests kill a process that runs one. It needs pytest with pytest-asyncio in auto mode,
and a file system that the executor's machines share with the tests (pytest's ``--basetemp``).

:class:`ExecutorManners` is the part that holds for one that starts no process as well.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

from orgloop.bench.protocol import Collect, Ending, Executor, Job, JobResult, StepResult
from orgloop.testing.jobs import shell_job, shell_step

PATIENCE = 120.0
"""Seconds that a job may take to begin or to end before a test gives up on it."""
_LAB = """
import asyncio, importlib, sys
from pathlib import Path
from orgloop.bench import Job

async def main():
    module, _, name = sys.argv[1].partition(":")
    executor = getattr(importlib.import_module(module), name)(Path(sys.argv[2]))
    await executor.run(Job.model_validate_json(sys.stdin.read()))

asyncio.run(main())
"""
_WORKS = "echo begun >> runs; until [ -e go ]; do sleep 0.02; done; echo done >> runs"
_PARTS: tuple[str, ...] = (
    "elsewhere",
    "tell_with",
    "warning",
    "warm",
    "run",
    "unfinished",
    "kill",
    "discard",
)
_PARTS += ("forget", "close")


class ExecutorManners:
    """A job that goes well, asked for once, twice, again, and forgotten."""

    def executor(self, jobs: Path) -> Executor:
        """A new executor on the records in ``jobs``."""
        raise NotImplementedError("Return the executor to test.")

    def job(self, root: Path) -> Job:
        """One that goes well, in a directory of its own; its last step prints something."""
        raise NotImplementedError("Return a job.")

    @asynccontextmanager
    async def opened(self, root: Path) -> AsyncIterator[Executor]:
        """An executor as a lab would have it, closed in the end."""
        executor = self.executor(root / "jobs")
        await executor.warm(1)
        try:
            yield executor
        finally:
            await executor.close()

    def test_it_has_the_parts_of_an_executor(self, tmp_path: Path) -> None:
        """All of :class:`~orgloop.bench.protocol.Executor`."""
        executor = self.executor(tmp_path / "jobs")
        assert [part for part in _PARTS if not hasattr(executor, part)] == []

    async def test_a_job_that_goes_well_has_a_result_of_each_step(self, tmp_path: Path) -> None:
        """Under the job's own id, with what the last step said."""
        job = self.job(tmp_path)
        async with self.opened(tmp_path) as executor:
            result = await executor.run(job)
            assert result.id == job.id
            assert [step.name for step in result.steps] == [step.name for step in job.steps]
            assert {step.ending for step in result.steps} == {Ending.OK}
            assert said(result)
            assert result.finished >= result.started > 0

    async def test_asked_again_it_gives_the_same_result(self, tmp_path: Path) -> None:
        """Twice at one time, and later."""
        job = self.job(tmp_path)
        async with self.opened(tmp_path) as executor:
            first, second = await asyncio.gather(executor.run(job), executor.run(job))
            third = await executor.run(job)
            assert outline(first) == outline(second) == outline(third)

    async def test_what_is_forgotten_leaves_nothing(self, tmp_path: Path) -> None:
        """Neither a record nor an unfinished job."""
        job = self.job(tmp_path)
        async with self.opened(tmp_path) as executor:
            result = await executor.run(job)
            executor.forget(job.id)
            assert [found for found in executor.unfinished() if found.id == job.id] == []
            assert not any(step.output and step.output.exists() for step in result.steps)
            await executor.discard(job.id)


class ExecutorSuite(ExecutorManners):
    """Processes, limits, a sandbox, and labs that die."""

    address: ClassVar[str] = ""
    """``module:function`` of what makes it."""

    def executor(self, jobs: Path) -> Executor:
        """What the address names, called with ``jobs``."""
        module, _, name = self.address.partition(":")
        made: Executor = getattr(importlib.import_module(module), name)(jobs)
        return made

    def job(self, root: Path) -> Job:
        """One that prints a value and has run once when it is over."""
        return shell_job(root / "work", "echo once >> runs; echo value: 1")

    async def ended(self, root: Path, command: str, **limits: float) -> JobResult:
        """The result of a command."""
        async with self.opened(root) as executor:
            return await executor.run(shell_job(root / "work", command, **limits))

    async def test_a_job_runs_once_however_often_it_is_asked_for(self, tmp_path: Path) -> None:
        """At one time, later, and by another lab."""
        job = self.job(tmp_path)
        async with self.opened(tmp_path) as executor:
            await asyncio.gather(executor.run(job), executor.run(job))
        async with self.opened(tmp_path) as executor:
            await executor.run(job)
        assert (tmp_path / "work" / "runs").read_text() == "once\n"

    async def test_a_crash_has_its_status_and_its_last_words(self, tmp_path: Path) -> None:
        """The exit status, and stdout and stderr together."""
        result = await self.ended(tmp_path, "echo out; echo last words >&2; exit 3")
        assert (last(result).ending, last(result).exit_code) == (Ending.EXIT, 3)
        assert said(result) == "out\nlast words\n"

    async def test_the_first_step_that_fails_ends_the_job(self, tmp_path: Path) -> None:
        """And steps run in order, in one worktree."""
        work = tmp_path / "work"
        commands = ("echo one > file", "grep two file", "touch never")
        job = Job(id="j", steps=tuple(shell_step(work, command) for command in commands))
        async with self.opened(tmp_path) as executor:
            result = await executor.run(job)
        assert [step.ending for step in result.steps] == [Ending.OK, Ending.EXIT]
        assert not (work / "never").exists()

    async def test_time_is_up_when_the_limit_says(self, tmp_path: Path) -> None:
        """On the clock of the machine that runs it: what it waited before is not counted."""
        result = await self.ended(tmp_path, "sleep 60", wall=1.0)
        assert last(result).ending is Ending.WALL
        assert last(result).limit == 1.0
        assert 1.0 <= last(result).wall_s < 60.0

    async def test_a_job_over_its_cpu_time_is_ended(self, tmp_path: Path) -> None:
        """Its whole process tree counts."""
        result = await self.ended(tmp_path, "while :; do :; done & while :; do :; done", cpu=0.5)
        assert last(result).ending is Ending.CPU

    async def test_a_job_over_its_memory_is_ended(self, tmp_path: Path) -> None:
        """By the bench, which can say so, and not by the machine."""
        hungry = "python -S -c \"x = b'1' * 2**28; import time; time.sleep(60)\""
        result = await self.ended(tmp_path, hungry, memory=2**26)
        assert last(result).ending is Ending.MEMORY
        assert last(result).peak_bytes > 2**26

    async def test_of_much_output_beginning_and_end_are_kept(self, tmp_path: Path) -> None:
        """Within the limit."""
        flood = "echo first; yes | head -c 1000000; echo last"
        result = await self.ended(tmp_path, flood, output=20_000)
        text = said(result)
        assert text.startswith("first")
        assert text.endswith("last\n")
        assert len(text) < 21_000
        assert last(result).dropped > 900_000

    async def test_what_is_collected_is_there_for_the_lab(self, tmp_path: Path) -> None:
        """Copied on the machine that ran it."""
        work, target = tmp_path / "work", tmp_path / "taken"
        take = Collect(root=work, patterns=("model",), target=target, limit=1000)
        step = shell_step(work, "echo weights > model").model_copy(update={"collect": (take,)})
        async with self.opened(tmp_path) as executor:
            await executor.run(Job(id="j", steps=(step,)))
        assert (target / "model").read_text() == "weights\n"

    async def test_a_sandboxed_job_reaches_nobody_and_sees_nothing_else(
        self, tmp_path: Path
    ) -> None:
        """No port, no file and no variable that the job does not name."""
        secret = tmp_path / "secret"
        secret.write_text("a key")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            call = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
            command = f'python -S -c "{call}" && echo reached; ls {secret} && echo seen; env'
            async with self.opened(tmp_path) as executor:
                result = await executor.run(shell_job(tmp_path / "work", f"{command}; exit 0"))
        words = said(result)
        assert "reached" not in words
        assert "seen" not in words
        names = {line.partition("=")[0] for line in words.splitlines() if "=" in line}
        assert not names & (set(os.environ) - {"PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"})

    async def test_a_job_that_is_stopped_ends_with_all_its_processes(self, tmp_path: Path) -> None:
        """Once ``run`` has returned, its worktree is anybody's."""
        beats = tmp_path / "work" / "beats"
        command = "(while :; do echo beat >> beats; sleep 0.02; done) & sleep 60"
        async with self.opened(tmp_path) as executor:
            running = asyncio.create_task(executor.run(shell_job(tmp_path / "work", command)))
            await until(beats)
            result = await _killed(executor, running)
            size = beats.stat().st_size
            assert last(result).ending is Ending.KILLED
            await asyncio.sleep(0.2)  # ten beats of anything that survived
            assert beats.stat().st_size == size
            assert (await executor.run(shell_job(tmp_path / "work", "echo anew"))).steps

    async def test_a_job_that_is_stopped_as_it_begins_is_stopped(self, tmp_path: Path) -> None:
        """Also while it waits for a machine."""
        async with self.opened(tmp_path) as executor:
            running = asyncio.create_task(executor.run(shell_job(tmp_path / "work", "sleep 60")))
            await asyncio.sleep(0)
            assert last(await _killed(executor, running)).ending is Ending.KILLED

    async def test_a_killed_lab_finds_its_job_again(self, tmp_path: Path) -> None:
        """Running or over, it is not begun again."""
        work, job = tmp_path / "work", shell_job(tmp_path / "work", _WORKS)
        lab = self.start_lab(tmp_path, job)
        await until(work / "runs")
        _kill(lab)
        async with self.opened(tmp_path) as executor:
            assert [found.id for found in executor.unfinished()] == ["j"]
            adopted = asyncio.create_task(executor.run(job))
            await asyncio.sleep(0)
            (work / "go").touch()
            assert last(await adopted).ending is Ending.OK
            assert executor.unfinished() == []
        assert (work / "runs").read_text() == "begun\ndone\n"

    async def test_a_job_that_ended_without_its_lab_is_fetched(self, tmp_path: Path) -> None:
        """Its limits held without the lab, too."""
        work = tmp_path / "work"
        job = shell_job(work, "echo begun >> runs; sleep 60", wall=1.5)
        lab = self.start_lab(tmp_path, job)
        await until(work / "runs")
        _kill(lab)
        await asyncio.sleep(2.0)
        async with self.opened(tmp_path) as executor:
            assert last(await executor.run(job)).ending is Ending.WALL
        assert (work / "runs").read_text() == "begun\n"

    async def test_a_killed_labs_job_can_be_stopped_and_discarded(self, tmp_path: Path) -> None:
        """As a new run does with what an old one left."""
        work, job = tmp_path / "work", shell_job(tmp_path / "work", "touch begun; sleep 60")
        lab = self.start_lab(tmp_path, job)
        await until(work / "begun")
        _kill(lab)
        async with self.opened(tmp_path) as executor:
            await executor.discard(job.id)
            assert executor.unfinished() == []
            again = shell_job(work, "echo another")
            assert said(await executor.run(again)) == "another\n"

    async def test_a_job_of_this_id_on_another_commit_is_not_this_one(self, tmp_path: Path) -> None:
        """Ids come again where a ledger was put back to an earlier state."""
        one = shell_job(tmp_path / "work", "echo one").model_copy(update={"commit": "a" * 40})
        two = shell_job(tmp_path / "work", "echo two").model_copy(update={"commit": "b" * 40})
        async with self.opened(tmp_path) as executor:
            assert said(await executor.run(one)) == "one\n"
            assert said(await executor.run(two)) == "two\n"

    def start_lab(self, root: Path, job: Job) -> subprocess.Popen[bytes]:
        """A process of its own that has an executor and runs one job."""
        words = [sys.executable, "-c", _LAB, self.address, str(root / "jobs")]
        with (root / "lab.log").open("ab") as log:
            lab = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        assert lab.stdin is not None
        lab.stdin.write(job.model_dump_json().encode())
        lab.stdin.close()
        return lab


def last(result: JobResult) -> StepResult:
    """Its last step."""
    return result.steps[-1]


def said(result: JobResult) -> str:
    """What the last step printed."""
    output = last(result).output
    assert output is not None, f"no output: {last(result)}"
    return output.read_text(errors="replace")


def outline(result: JobResult) -> list[tuple[str, Ending, str]]:
    """What two results of one job have to agree in."""
    return [
        (step.name, step.ending, step.output.read_text() if step.output else "")
        for step in result.steps
    ]


async def until(path: Path) -> None:
    """Wait for a file; raises TimeoutError where it does not come."""
    async with asyncio.timeout(PATIENCE):
        while not path.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.02)


async def _killed(executor: Executor, running: asyncio.Task[JobResult]) -> JobResult:
    """As the lab does it: a job that has not quite begun is not there to be ended."""
    async with asyncio.timeout(PATIENCE):
        while not running.done():
            await executor.kill("j")
            await asyncio.wait((running,), timeout=0.2)
    return running.result()


def _kill(lab: subprocess.Popen[bytes]) -> None:
    lab.send_signal(signal.SIGKILL)
    lab.wait()
