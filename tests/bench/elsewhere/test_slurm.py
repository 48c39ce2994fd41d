"""A real Slurm of one node, with its own daemons, controller and queue."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from orgloop.bench import Ending, Job, executor_for
from orgloop.bench.elsewhere.attempt import read_note
from orgloop.errors import BenchError
from orgloop.testing.executor_suite import ExecutorSuite, last, said, until
from orgloop.testing.jobs import shell_job
from orgloop.testing.requests import a_task

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("slurm")]
ONCE = "echo begun >> runs; [ $(wc -l < runs) = 1 ] && sleep 60; echo value: 1"
"""Sleeps the first time that it is run."""


class TestSlurm(ExecutorSuite):
    address = "orgloop.testing.executors:slurm"


async def lost(root: Path, *command: str) -> tuple[list[str], str]:
    """What is told of a job that something else ends, and how it comes out in the end."""
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)

    executor = executor_for(a_task(), "slurm")(root / "jobs")
    executor.tell_with(tell)
    executor.first_wait = 0.1  # type: ignore[attr-defined]
    job = shell_job(root / "work", ONCE, wall=120.0)
    try:
        running = asyncio.create_task(executor.run(job))
        await until(root / "work" / "runs")
        note = read_note(root / "jobs" / "j")
        assert note is not None
        assert note.handle is not None
        subprocess.run([*command, note.handle], check=True)
        result = await running
    finally:
        await executor.close()
    assert last(result).ending is Ending.OK
    return told, said(result)


@pytest.mark.parametrize(
    "command",
    [
        ("scancel",),
        ("scancel", "--signal=KILL"),
        ("scancel", "--signal=USR2"),
        ("scancel", "--signal=TERM", "--full"),
    ],
    ids=["cancelled", "killed", "out of time", "preempted"],
)
async def test_a_job_that_slurm_ends_is_no_crash_and_runs_again(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    told, printed = await lost(tmp_path, *command)
    assert printed == "value: 1\n"
    assert (tmp_path / "work" / "runs").read_text() == "begun\nbegun\n"
    assert [text for text in told if "was lost" in text and "Nothing is charged" in text]


async def test_what_slurm_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    task = a_task(slurm={"partition": "nowhere"})
    executor = executor_for(task, "slurm")(tmp_path / "jobs")
    try:
        with pytest.raises(BenchError, match="invalid partition"):
            await executor.run(shell_job(tmp_path / "work", "true"))
    finally:
        await executor.close()


async def test_a_job_waits_in_the_queue_for_as_long_as_it_must(tmp_path: Path) -> None:
    """Longer than its own limit on the clock, which begins when it does."""
    [node] = subprocess.run(
        ["sinfo", "-h", "-o", "%n"], check=True, capture_output=True, text=True
    ).stdout.split()
    drain = ["scontrol", "update", f"NodeName={node}"]
    subprocess.run([*drain, "State=DRAIN", "Reason=test"], check=True)
    executor = executor_for(a_task(), "slurm")(tmp_path / "jobs")
    try:
        running = asyncio.create_task(
            executor.run(shell_job(tmp_path / "work", "echo value: 1", wall=2.0))
        )
        await asyncio.sleep(4.0)
        assert not running.done()
        subprocess.run([*drain, "State=RESUME"], check=True)
        result = await running
        assert last(result).ending is Ending.OK
        assert last(result).wall_s < 2.0
        executor.forget("j")
        subprocess.run([*drain, "State=DRAIN", "Reason=test"], check=True)
        waiting = asyncio.create_task(
            executor.run(shell_job(tmp_path / "work", "sleep 60", wall=90.0))
        )
        while not waiting.done():
            await executor.kill("j")
            await asyncio.wait((waiting,), timeout=0.2)
        assert last(waiting.result()).ending is Ending.KILLED
    finally:
        subprocess.run([*drain, "State=RESUME"], check=False)
        await executor.close()


async def test_the_job_gets_none_of_the_labs_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    executor = executor_for(a_task(), "slurm")(tmp_path / "jobs")
    try:
        running = asyncio.create_task(executor.run(shell_job(tmp_path / "work", "sleep 2")))
        while (note := read_note(tmp_path / "jobs" / "j")) is None or note.handle is None:
            await asyncio.sleep(0.02)
        script = subprocess.run(
            ["scontrol", "write", "batch_script", note.handle, "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert "sk-secret" not in script
        seen = []
        while not running.done():
            seen += [
                path.read_bytes()
                for path in Path("/proc").glob("[0-9]*/environ")
                if _is_of(path, note.token)
            ]
            await asyncio.sleep(0.1)
        assert seen
        assert not [one for one in seen if b"sk-secret" in one]
    finally:
        await executor.close()


def _is_of(path: Path, token: str) -> bool:
    try:
        return token.encode() in path.with_name("cmdline").read_bytes() and bool(path.read_bytes())
    except OSError:
        return False


async def test_the_same_lab_may_ask_for_many_at_once(tmp_path: Path) -> None:
    executor = executor_for(a_task(), "slurm")(tmp_path / "jobs")
    jobs = [
        Job(id=f"j{n}", steps=shell_job(tmp_path / f"w{n}", f"echo value: {n}").steps)
        for n in range(6)
    ]
    try:
        results = await asyncio.gather(*(executor.run(job) for job in jobs))
    finally:
        await executor.close()
    assert [said(result) for result in results] == [f"value: {n}\n" for n in range(6)]
