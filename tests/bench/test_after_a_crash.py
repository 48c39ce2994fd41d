"""Records that a crash, a reboot or another lab left, and what a lab makes of them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.bench import Ending, Job, LocalExecutor
from orgloop.bench.record import JobRecord, bury_survivors, mark_of
from orgloop.bench.sandbox import JOB_VARIABLE
from orgloop.bench.supervisor.serve import boot_id, start_time


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    return tmp_path / "lab" / ".orgloop" / "jobs"


def rewrite(record: JobRecord, **fields: object) -> None:
    file = record.folder / "running.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **fields}))


async def interrupted(executor: LocalExecutor, jobs: Path, job: Job) -> JobRecord:
    """A job whose supervisor died with the machine: asked, entrusted, no result."""
    record = JobRecord(jobs, job.id)
    record.begin(job)
    record.entrust(os.getpid())
    return record


@pytest.mark.parametrize(
    "changed",
    [
        {"boot": "another"},
        {"start": 1},
        {"pid": 2**22 + 1},
        {"boot": "another", "pid": 1},
    ],
    ids=["another boot", "the pid came back", "no such pid", "another boot, a pid that lives"],
)
async def test_after_a_reboot_a_job_is_neither_waited_for_nor_lost(
    executor, jobs, step, changed
) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo once >> runs"),))
    record = await interrupted(executor, jobs, job)
    rewrite(record, **changed)
    assert executor.unfinished() == []
    assert (await executor.run(job)).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "once\n"


async def test_a_result_from_before_a_reboot_is_fetched_and_not_run_again(
    executor, jobs, step
) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo once >> runs"),))
    await executor.run(job)
    record = JobRecord(jobs, "j")
    (record.folder / "fetched.json").rename(record.folder / "job.json")
    record.entrust(1)
    rewrite(record, boot="another")
    again = LocalExecutor(jobs)
    assert [found.id for found in again.unfinished()] == ["j"]
    assert (await again.run(job)).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "once\n"
    await again.close()


async def test_a_job_is_entrusted_before_its_supervisor_hears_of_it(
    executor, jobs, step, monkeypatch
) -> None:
    """A lab that is killed right then leaves no job that two could have."""
    seen: list[int] = []
    await executor.warm(1)
    [supervised] = executor._idle
    carry_out = supervised.carry_out

    async def looked(order):
        running = JobRecord(jobs, "j").running()
        assert running is not None
        assert running.alive
        seen.append(running.pid)
        return await carry_out(order)

    monkeypatch.setattr(supervised, "carry_out", looked)
    await executor.run(Job(id="j", steps=(step("true"),)))
    assert seen == [supervised.pid]


async def test_a_result_of_another_commit_with_this_id_is_not_taken(executor, jobs, step) -> None:
    work = step("true").cwd
    first = Job(id="j", commit="a" * 40, steps=(step("echo a >> runs"),))
    await executor.run(first)
    await executor.run(first)
    await executor.run(Job(id="j", commit="b" * 40, steps=(step("echo b >> runs"),)))
    assert (work / "runs").read_text() == "a\nb\n"


async def test_what_the_bench_could_not_do_is_tried_again_by_the_next_lab(
    executor, jobs, step
) -> None:
    job = Job(id="j", steps=(step("true"),))
    broken = job.steps[0].model_copy(update={"cwd": Path("/nowhere")})
    result = await executor.run(Job(id="j", steps=(broken,)))
    assert result.steps[-1].ending is Ending.BROKEN
    assert (await executor.run(job)).steps[0].ending is Ending.OK


async def test_a_run_whose_output_was_deleted_is_run_again_and_no_crash(
    executor, jobs, step
) -> None:
    work = step("true").cwd
    job = Job(id="j", steps=(step("echo again >> runs; echo value: 1"),))
    result = await executor.run(job)
    assert result.steps[0].output is not None
    result.steps[0].output.unlink()
    assert (await executor.run(job)).steps[0].ending is Ending.OK
    assert (work / "runs").read_text() == "again\nagain\n"


def test_survivors_are_told_from_another_labs_job_of_the_same_id(tmp_path: Path) -> None:
    def survivor(folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(60)"],
            env={JOB_VARIABLE: mark_of(folder)},
        )

    ours, theirs = tmp_path / "a" / "r1-e0001-m1", tmp_path / "b" / "r1-e0001-m1"
    one, other = survivor(ours), survivor(theirs)
    try:
        bury_survivors((ours,))
        assert one.wait(20) == -9
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


async def test_a_job_that_is_ended_before_it_begins_is_not_begun(executor, jobs, step) -> None:
    work = step("true").cwd
    running = asyncio.create_task(executor.run(Job(id="j", steps=(step("touch ran"),))))
    await asyncio.sleep(0)
    await executor.kill("j")
    assert (await running).steps[-1].ending is Ending.KILLED
    assert not (work / "ran").exists()


def test_this_very_process_is_known_by_pid_start_and_boot() -> None:
    assert start_time(os.getpid()) > 0
    assert boot_id()
