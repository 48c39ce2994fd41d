"""The executor over a queue that can be down, refuse, lose and forget."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from orgloop.bench import Ending
from orgloop.bench.elsewhere import Asked, Phase, QueueDown, QueueExecutor, Refused, Sight
from orgloop.bench.elsewhere.attempt import Attempt, Note, read_note, write_note
from orgloop.bench.elsewhere.executor import MOST_LOST
from orgloop.bench.elsewhere.node import carry_out
from orgloop.bench.record import JobRecord
from orgloop.errors import BenchError, UserError
from orgloop.testing.executor_suite import ExecutorManners, last, said
from orgloop.testing.jobs import shell_job


class Threads:
    """A queue whose nodes are threads of this process."""

    name = "threads"
    label = "Threads"
    patience = 0.01

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.going: dict[str, threading.Thread] = {}
        self.down = 0
        """How many of the next calls find it down."""
        self.loses = 0
        """How many of the next submissions are taken and forgotten."""
        self.holds = False
        """Whether what is submitted waits."""
        self.cancelled: list[str] = []

    def _answer(self) -> None:
        if self.down:
            self.down -= 1
            raise QueueDown("it is down")

    def open(self) -> None: ...

    def submit(self, asked: Asked) -> str:
        self._answer()
        self.asked.append(asked)
        thread = threading.Thread(
            target=carry_out, args=(str(asked.folder),), kwargs={"signals": False}
        )
        if self.loses:
            self.loses -= 1
        else:
            self.going[asked.name] = thread
            if not self.holds:
                thread.start()
        return asked.name

    def find(self, name: str) -> str | None:
        self._answer()
        return name if name in self.going else None

    def look(self, handles: Sequence[str]) -> Mapping[str, Sight]:
        self._answer()
        there = {name: thread for name, thread in self.going.items() if name in handles}
        return {
            name: Sight(Phase.RUNNING if thread.is_alive() else Phase.WAITING)
            for name, thread in there.items()
            if thread.is_alive() or thread.ident is None
        }

    def cancel(self, handle: str) -> None:
        self._answer()
        self.cancelled.append(handle)
        if handle in self.going and self.going[handle].ident is None:
            del self.going[handle]

    def close(self) -> None:
        for thread in self.going.values():
            if thread.ident is not None:
                thread.join()


@pytest.fixture
def queue() -> Threads:
    return Threads()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
async def executor(tmp_path: Path, queue: Threads, told: list[str]) -> AsyncIterator[QueueExecutor]:
    async def tell(text: str) -> None:
        told.append(text)

    made = QueueExecutor(tmp_path / "jobs", queue, cpus=3, settle=0.0)
    made.tell_with(tell)
    made.first_wait = 0.01
    yield made
    await made.close()


class TestManners(ExecutorManners):
    def executor(self, jobs: Path) -> QueueExecutor:
        return QueueExecutor(jobs, Threads())

    def job(self, root: Path):
        return shell_job(root / "work", "echo value: 1")


async def test_it_asks_for_what_the_job_may_use(executor, queue, tmp_path) -> None:
    await executor.run(shell_job(tmp_path / "work", "true", wall=5.0, memory=2**30))
    [asked] = queue.asked
    assert (asked.cpus, asked.gpus, asked.memory) == (3, 0, 2**30)
    assert asked.seconds == 605.0
    assert asked.name.startswith("orgloop-j-")


async def test_a_queue_that_is_down_is_asked_again(executor, queue, told, tmp_path) -> None:
    queue.down = 3
    assert last(await executor.run(shell_job(tmp_path / "work", "true"))).ending is Ending.OK
    assert len(queue.asked) == 1
    assert told == ["Threads takes no job now (it is down). Experiments wait, none is charged."]


async def test_a_job_whose_submission_is_gone_is_submitted_again(
    executor, queue, told, tmp_path
) -> None:
    queue.loses = 2
    assert last(await executor.run(shell_job(tmp_path / "work", "true"))).ending is Ending.OK
    assert len(queue.asked) == 3
    assert len([text for text in told if "was lost" in text]) == 2


@pytest.mark.slow
async def test_a_job_that_is_lost_too_often_is_the_benchs_failure(
    executor, queue, tmp_path
) -> None:
    queue.loses = 100
    with pytest.raises(BenchError, match=f"lost {MOST_LOST} times"):
        await executor.run(shell_job(tmp_path / "work", "true"))


async def test_what_the_queue_refuses_leaves_nothing(
    executor, queue, tmp_path, monkeypatch
) -> None:
    def refuse(asked: Asked) -> str:
        raise Refused("no such partition")

    monkeypatch.setattr(queue, "submit", refuse)
    with pytest.raises(BenchError, match="no such partition"):
        await executor.run(shell_job(tmp_path / "work", "true"))
    assert list((tmp_path / "jobs").iterdir()) == []


async def test_a_submission_that_was_given_up_does_nothing_when_it_comes(
    executor, queue, tmp_path, monkeypatch
) -> None:
    """sbatch may say that it failed and have the job queued all the same."""
    late: list[Asked] = []
    submit = queue.submit

    def fail_once(asked: Asked) -> str:
        if not late:
            late.append(asked)
            raise QueueDown("timed out")
        return submit(asked)

    monkeypatch.setattr(queue, "submit", fail_once)
    await executor.run(shell_job(tmp_path / "work", "echo ran >> runs"))
    assert carry_out(str(late[0].folder), signals=False) == "withdrawn"
    assert (tmp_path / "work" / "runs").read_text() == "ran\n"


def submitted(jobs: Path, queue: Threads, *, handle: str | None, told: bool) -> Attempt:
    """What a lab leaves that died right before or after it submitted."""
    job = shell_job(jobs.parent / "work", "echo ran >> runs")
    record = JobRecord(jobs, "j")
    record.begin(job)
    attempt = Attempt.prepare(record.folder, job)
    name = f"orgloop-j-{attempt.token}"
    note = Note(token=attempt.token, queue="Threads", executor="threads", name=name, handle=handle)
    write_note(record.folder, note)
    if told:
        queue.submit(Asked(name, attempt.folder, 1, 0, None, 10.0))
    return attempt


@pytest.mark.parametrize("told_queue", [True, False], ids=["after", "before"])
async def test_a_lab_that_died_amid_submitting_has_the_job_run_once(
    executor, queue, tmp_path, told_queue
) -> None:
    first = submitted(tmp_path / "jobs", queue, handle=None, told=told_queue)
    assert [job.id for job in executor.unfinished()] == ["j"]
    result = await executor.run(shell_job(tmp_path / "work", "echo ran >> runs"))
    assert last(result).ending is Ending.OK
    assert (tmp_path / "work" / "runs").read_text() == "ran\n"
    note = read_note(tmp_path / "jobs" / "j")
    assert note is not None
    assert (note.token == first.token) == told_queue


async def test_a_job_that_waits_is_stopped_without_ever_beginning(
    executor, queue, told, tmp_path
) -> None:
    queue.holds, executor.long_s = True, 0.0
    running = asyncio.create_task(executor.run(shell_job(tmp_path / "work", "touch ran")))
    while not told:
        await asyncio.sleep(0.01)
    assert told == ["Threads lets jobs wait."]
    thread = next(iter(queue.going.values()))
    await executor.kill("j")
    assert last(await running).ending is Ending.KILLED
    thread.start()  # a scheduler that had not heard of it
    thread.join()
    assert not (tmp_path / "work" / "ran").exists()


async def test_a_job_can_be_stopped_while_the_queue_is_down(executor, queue, tmp_path) -> None:
    queue.down = 10**9
    executor.first_wait = 600.0
    running = asyncio.create_task(executor.run(shell_job(tmp_path / "work", "true")))
    await asyncio.sleep(0.05)
    await executor.kill("j")
    assert last(await running).ending is Ending.KILLED
    queue.down = 0


async def test_a_node_that_cannot_run_it_says_why(executor, queue, tmp_path) -> None:
    job = shell_job(tmp_path / "work", "true")
    step = job.steps[0].model_copy(update={"cwd": tmp_path / "nowhere"})
    result = await executor.run(job.model_copy(update={"steps": (step,)}))
    assert last(result).ending is Ending.BROKEN
    assert "file system that the nodes share" in last(result).message
    assert last(await executor.run(job)).ending is Ending.OK


async def test_commands_of_roles_run_where_the_lab_is(executor, queue, tmp_path) -> None:
    job = shell_job(tmp_path / "work", "echo here").model_copy(update={"here": True})
    assert said(await executor.run(job)) == "here\n"
    assert queue.asked == []


async def test_jobs_of_another_queue_are_not_taken_for_its_own(executor, tmp_path) -> None:
    record = JobRecord(tmp_path / "jobs", "j")
    record.begin(shell_job(tmp_path / "work", "true"))
    write_note(record.folder, Note(token="a1", queue="Slurm", executor="slurm", name="n"))
    assert executor.unfinished() == []


async def test_what_a_node_warns_of_is_told_once(executor, told, tmp_path, monkeypatch) -> None:
    say = Attempt.say
    monkeypatch.setattr(Attempt, "say", lambda self, warning: say(self, "NOT sandboxed"))
    for name in ("a", "b"):
        await executor.run(shell_job(tmp_path / "work", "true").model_copy(update={"id": name}))
    assert len([text for text in told if "NOT sandboxed" in text]) == 1


def test_an_extra_that_is_missing_is_named(tmp_path, monkeypatch) -> None:
    import importlib.util

    from orgloop.bench import executor_for
    from orgloop.testing.requests import a_task

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name in ("slurm", "ray"):
        with pytest.raises(UserError, match="is not installed") as caught:
            executor_for(a_task(), name)(tmp_path)
        assert f"orgloop[{name}]" in caught.value.hint
