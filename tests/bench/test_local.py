"""Jobs outlive labs: picked up, never started twice, started again where nothing is left."""

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from orgloop.bench import Ending, Job, LocalExecutor
from orgloop.bench.record import JobRecord
from orgloop.bench.sandbox import Plain
from orgloop.errors import BenchError, DiskTrouble

LAB = """
import asyncio, sys
from pathlib import Path
from orgloop.bench import Job, LocalExecutor
async def main():
    executor = LocalExecutor(Path(sys.argv[1]))
    await executor.run(Job.model_validate_json(sys.stdin.read()))
asyncio.run(main())
"""


def start_lab(jobs: Path, job: Job) -> subprocess.Popen[bytes]:
    """A lab in a process of its own that owns an executor and runs one job."""
    lab = subprocess.Popen([sys.executable, "-c", LAB, str(jobs)], stdin=subprocess.PIPE)
    assert lab.stdin is not None
    lab.stdin.write(job.model_dump_json().encode())
    lab.stdin.close()
    return lab


async def until(path: Path) -> None:
    while not path.exists():
        await asyncio.sleep(0.01)


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    return tmp_path / "lab" / ".orgloop" / "jobs"


async def test_a_caller_that_is_cancelled_leaves_its_job_running(executor, step) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo once >> runs; until [ -e go ]; do sleep 0.02; done"),))
    waiting = asyncio.create_task(executor.run(job))
    await until(work / "runs")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    (work / "go").touch()
    assert (await executor.run(job)).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "once\n"


async def test_a_job_of_a_killed_lab_goes_on_and_is_adopted(executor, jobs, step) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo once >> runs; until [ -e go ]; do sleep 0.02; done"),))
    lab = start_lab(jobs, job)
    await until(work / "runs")
    lab.kill()
    lab.wait()
    assert [found.id for found in executor.unfinished()] == ["j"]
    adopted = asyncio.create_task(executor.run(job))
    await asyncio.sleep(0)
    (work / "go").touch()
    assert (await adopted).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "once\n"
    assert executor.unfinished() == []


async def test_a_job_that_ended_without_its_lab_is_fetched(executor, jobs, step) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo once >> runs; until [ -e go ]; do sleep 0.02; done"),))
    lab = start_lab(jobs, job)
    await until(work / "runs")
    lab.kill()
    lab.wait()
    (work / "go").touch()
    await until(jobs / "j" / "result.json")
    assert [found.id for found in executor.unfinished()] == ["j"]
    assert (await executor.run(job)).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "once\n"


async def test_an_adopted_job_can_be_killed(executor, jobs, step) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("touch begun; sleep 60"),))
    lab = start_lab(jobs, job)
    await until(work / "begun")
    lab.kill()
    lab.wait()
    adopted = asyncio.create_task(executor.run(job))
    await asyncio.sleep(0)
    await executor.kill("j")
    assert (await adopted).steps[0].ending is Ending.KILLED


async def test_a_killed_supervisor_leaves_nothing_and_its_job_is_run_again(
    executor, jobs, step, processes_of
) -> None:
    work = step("true").cwd
    job = Job(
        id="j",
        steps=(
            step(
                "echo again >> runs; if [ $(wc -l < runs) = 1 ]; then"
                " python -S -c 'import time; time.sleep(77.5)'; fi"
            ),
        ),
    )
    running = asyncio.create_task(executor.run(job))
    await until(work / "runs")
    pid = json.loads((jobs / "j" / "running.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    assert (await running).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "again\nagain\n"
    assert processes_of("time.sleep(77.5)") == []


async def test_a_record_of_another_boot_is_not_waited_for(executor, jobs, step) -> None:
    folder = jobs / "j"
    folder.mkdir(parents=True)
    (folder / "running.json").write_text(
        json.dumps({"pid": os.getpid(), "start": 1, "boot": "another"})
    )
    result = await executor.run(Job(id="j", steps=(step("true"),)))
    assert result.steps[0].ending is Ending.OK


async def test_a_torn_result_is_no_result(executor, jobs, step) -> None:
    folder = jobs / "j"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text('{"id": "j", "steps": [')
    result = await executor.run(Job(id="j", steps=(step("true"),)))
    assert result.steps[0].ending is Ending.OK


async def test_scratch_directories_are_made_anew(executor, step, tmp_path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "stale").touch()
    await executor.run(Job(id="j", steps=(step("true"),), scratch=(scratch,)))
    assert list(scratch.iterdir()) == []


async def test_a_disk_that_fills_up_as_a_job_begins_is_told_as_that(
    executor, monkeypatch, step
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(JobRecord, "begin", full)
    with pytest.raises(DiskTrouble, match="The disk is full"):
        await executor.run(Job(id="j", steps=(step("true"),)))


async def test_an_id_that_is_a_path_is_refused(executor, step) -> None:
    with pytest.raises(BenchError, match="cannot be the id"):
        await executor.run(Job(id="../j", steps=(step("true"),)))


async def test_closing_ends_idle_supervisors(executor, jobs) -> None:
    await executor.warm(1)
    [supervised] = executor._idle
    pidfd = os.pidfd_open(supervised.pid)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(pidfd, ended.set)
    await executor.close()
    await asyncio.wait_for(ended.wait(), 20)
    asyncio.get_running_loop().remove_reader(pidfd)
    os.close(pidfd)
    os.waitpid(supervised.pid, 0)


async def test_without_a_sandbox_limits_hold_and_survivors_are_gone(
    tmp_path, step, processes_of
) -> None:
    executor = LocalExecutor(tmp_path / "jobs", sandbox=Plain())
    survivor = textwrap.dedent(
        """
        exec python -S -c '
        import os, time #plain-mark
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: time.sleep(60)
            os._exit(0)
        os.wait(); print("done", flush=True)
        '
        """
    ).replace("\n        ", "\n")
    result = await executor.run(Job(id="ok", steps=(step(survivor),)))
    assert result.steps[0].ending is Ending.OK
    assert processes_of("plain-mark") == []
    slow = await executor.run(Job(id="slow", steps=(step("sleep 60", wall=0.2),)))
    assert slow.steps[0].ending is Ending.WALL
    missing = await executor.run(Job(id="missing", steps=(step("no-such-program"),)))
    assert missing.steps[0].ending is Ending.BROKEN
    await executor.close()
