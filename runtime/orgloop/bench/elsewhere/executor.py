"""Runs measurements through a queue, and all else on the lab's own machine."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from orgloop.bench.elsewhere.attempt import (
    Attempt,
    Note,
    clear_attempts,
    read_note,
    write_note,
)
from orgloop.bench.elsewhere.lookout import Lookout
from orgloop.bench.elsewhere.queue import Asked, Phase, Queue, QueueDown, Refused, Sight
from orgloop.bench.going import Going
from orgloop.bench.local import LocalExecutor
from orgloop.bench.outcome import output_lost, stopped, tells
from orgloop.bench.protocol import Ending, Job, JobResult, Tell
from orgloop.bench.record import JobRecord, records
from orgloop.disk import disk_trouble
from orgloop.errors import BenchError

T = TypeVar("T")

MOST_LOST = 8
"""How often one job is submitted again in one session after it was lost."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 600.0
"""Seconds before a lost job is submitted again, or a queue that is down asked again: doubled."""
GRACE = 600.0
"""Seconds that a job may take beyond its limits: to start, to make a sandbox, to copy artifacts."""
LONG_S = 60.0
"""Seconds in the queue after which that is told, with what the queue says of it."""
_SOONEST, _LATEST = 0.02, 1.0
"""Seconds between two looks for a result."""


async def _say_nothing(_: str) -> None:
    """Nobody listens."""


class QueueExecutor:
    """Meets :class:`~orgloop.bench.protocol.Executor` over a queue; bound to one event loop.

    A job is lost where its submission is gone and left no result: the node failed, was taken back,
    ran out of the time that it was lent for, or somebody cancelled it. It is submitted again, and
    nobody is charged. A job over its own limits has a result, as anywhere.
    """

    elsewhere = True

    def __init__(self, jobs: Path, queue: Queue, *, cpus: int = 1, settle: float = 10.0) -> None:
        """``jobs`` is where jobs leave their records, on a file system that the nodes share.

        ``cpus`` are those that a job holds; ``settle`` is how many seconds the file system may
        take to show the lab what a node wrote.
        """
        self._jobs = jobs.resolve()
        self._queue = queue
        self._cpus, self._settle = cpus, settle
        self._here = LocalExecutor(jobs)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="queue")
        self._lookout = Lookout(queue, self._call)
        self._opened = False
        self._opening = asyncio.Lock()
        self._tell: Tell = _say_nothing
        self._told: set[str] = set()
        self._ended: dict[str, asyncio.Event] = {}
        self._going = Going(lambda job_id: self._ended.pop(job_id, None))
        self.first_wait, self.long_s = FIRST_WAIT, LONG_S

    @property
    def warning(self) -> str:
        """That of the lab's own machine, where roles work; nodes tell theirs as jobs begin."""
        return self._here.warning

    def tell_with(self, tell: Tell) -> None:
        """Have losses, and nodes without a sandbox, told by this."""
        self._tell = tell

    async def warm(self, count: int) -> None:
        """Connect, so that what is wrong with that is said before anything is begun."""
        del count
        self._jobs.mkdir(parents=True, exist_ok=True)
        await self._open()

    async def run(self, job: Job) -> JobResult:
        """Run to the end, or pick up where an earlier lab left the job of this id.

        A caller that is cancelled leaves the job where it is. Raises BenchError where the bench
        itself could not do it.
        """
        if job.here:
            return await self._here.run(job)
        return await self._going.share(job, self._run)

    async def _run(self, job: Job) -> JobResult:
        record = JobRecord(self._jobs, job.id)
        if not record.is_of(job):
            await self.discard(job.id)
        await self._open()
        note, wait, tries = read_note(record.folder), self.first_wait, 0
        result = await self._result_of(note, record) if note is not None else None
        if result is not None and not tells(result):
            result = None  # of an earlier lab's: whatever stood in the way, it is tried again
        while True:
            if result is not None and not output_lost(result):
                with contextlib.suppress(OSError):
                    record.fetched()
                return result
            if job.id in self._going.killed:
                return stopped(job)
            if tries == MOST_LOST:
                raise BenchError(
                    f"Job {job.id} was lost {MOST_LOST} times in {self._queue.label}.",
                    hint="What was finished is on record and nothing was charged. Ask the cluster "
                    "why, then `orgloop run` submits it again.",
                )
            tries += 1
            note = await self._submit(job, record)
            result = await self._result_of(note, record)
            if job.id in self._going.killed or (
                result is not None and not _ended_by_others(result)
            ):
                continue
            result = None
            await self._say_lost(job, record, note, wait)
            await self._pause(job.id, wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _submit(self, job: Job, record: JobRecord) -> Note:
        """Submit a try; returns once its name is on record, and the queue's handle for it."""
        wait = self.first_wait
        while True:
            attempt, note = await asyncio.to_thread(self._prepared, job, record)
            asked = Asked(
                name=note.name,
                folder=attempt.folder,
                cpus=self._cpus,
                gpus=max((len(step.box.gpus) for step in job.steps), default=0),
                memory=_memory(job),
                seconds=sum(step.limits.wall for step in job.steps) + GRACE,
            )
            try:
                handle = await self._call(partial(self._queue.submit, asked))
            except Refused as error:
                attempt.withdraw()
                record.forget()
                raise BenchError(
                    f"{self._queue.label} does not take job {job.id}: {error}.",
                    hint="Mend what task.md asks of it; `orgloop doctor` tries it.",
                ) from error
            except QueueDown as error:
                attempt.withdraw()  # it may have been taken nevertheless: then it does nothing
                await self._tell_once(
                    f"{self._queue.label} takes no job now ({error}). Experiments wait, none is "
                    "charged."
                )
                await self._pause(job.id, wait)
                wait = min(2 * wait, LONGEST_WAIT)
                if job.id in self._going.killed:
                    return note
                continue
            note = note.model_copy(update={"handle": handle})
            await asyncio.to_thread(write_note, record.folder, note)
            return note

    def _prepared(self, job: Job, record: JobRecord) -> tuple[Attempt, Note]:
        try:
            clear_attempts(record.folder)
            record.begin(job)
            attempt = Attempt.prepare(record.folder, job)
            name = f"orgloop-{job.id}-{attempt.token}"
            note = Note(
                token=attempt.token,
                queue=self._queue.label,
                executor=self._queue.name,
                name=name,
            )
            write_note(record.folder, note)
        except OSError as error:
            raise disk_trouble(error, self._jobs) or BenchError(
                f"Job {job.id} could not be submitted: {error.strerror or error}.",
                hint=f"Look at the disk that holds {self._jobs}.",
            ) from error
        return attempt, note

    async def _result_of(self, note: Note, record: JobRecord) -> JobResult | None:
        """What became of a try, waited for; None where nothing did and nothing will."""
        attempt, nap, cancelled = Attempt(record.folder / note.token), _SOONEST, False
        began = time.monotonic()
        while True:
            if (result := await asyncio.to_thread(attempt.result, record.id)) is not None:
                await self._warn(attempt)
                return result
            killed = record.id in self._going.killed
            never = killed and await asyncio.to_thread(attempt.withdraw)
            if killed and not cancelled:
                cancelled = await self._cancel(note)
            if never:
                return None
            note, sight = await self._sight(note, record, since=began)
            if sight.phase is Phase.GONE:
                self._lookout.why[note.name] = sight.why
                return await self._last_look(attempt, record.id)
            if time.monotonic() > began + self.long_s and not attempt.claimed:
                why = f" ({sight.why})" if sight.why else ""
                await self._tell_once(f"{self._queue.label} lets jobs wait{why}.")
            nap = min(_LATEST, max(nap, (time.monotonic() - began) / 20))
            await asyncio.sleep(nap)

    async def _sight(self, note: Note, record: JobRecord, *, since: float) -> tuple[Note, Sight]:
        """How far a try is. An earlier lab may have died before it knew its handle."""
        if note.handle is None:
            try:
                handle = await self._call(lambda: self._queue.find(note.name))
            except QueueDown:
                return note, Sight(Phase.WAITING)
            if handle is None:
                return note, Sight(Phase.GONE)
            note = note.model_copy(update={"handle": handle})
            await asyncio.to_thread(write_note, record.folder, note)
        return note, await self._lookout.look(note.handle or "", since=since)

    async def _last_look(self, attempt: Attempt, job_id: str) -> JobResult | None:
        """The submission is gone: what it wrote may take a moment to be seen here."""
        if await asyncio.to_thread(attempt.withdraw):
            return None  # no node ever had it, and now none will
        give_up = time.monotonic() + self._settle
        while (result := await asyncio.to_thread(attempt.result, job_id)) is None:
            if time.monotonic() >= give_up:
                return None
            await asyncio.sleep(0.2)
        return result

    async def _say_lost(self, job: Job, record: JobRecord, note: Note, wait: float) -> None:
        attempt = Attempt(record.folder / note.token)
        said = attempt.said()
        where = "" if said is None else f" on {said.host}"
        why = self._lookout.why.pop(note.name, "")
        await self._tell(
            f"Job {job.id} was lost{where}{f' ({why})' if why else ''}. Nothing is charged; it is "
            f"submitted to {self._queue.label} again in {wait:.0f} s."
        )

    async def _warn(self, attempt: Attempt) -> None:
        said = attempt.said()
        if said is not None and said.warning:
            await self._tell_once(f"On {said.host}: {said.warning}")

    async def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            await self._tell(text)

    async def _pause(self, job_id: str, seconds: float) -> None:
        """Wait, or until the job is to be ended."""
        ended = self._ended.setdefault(job_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)

    async def _cancel(self, note: Note) -> bool:
        """Have the queue end it; False where that is to be asked again."""
        handle = note.handle
        if handle is None:
            return False
        try:
            await self._call(lambda: self._queue.cancel(handle))
        except QueueDown:
            return False
        return True

    async def _open(self) -> None:
        async with self._opening:
            if not self._opened:
                await self._call(self._queue.open)
                self._opened = True

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def unfinished(self) -> Sequence[Job]:
        """Jobs of an earlier lab that wait, run, or ended and were never fetched."""
        found = [job for job in self._here.unfinished() if job.here]
        for record in records(self._jobs):
            job = None if record.id in self._going else record.asked()
            note = read_note(record.folder)
            if job is not None and note is not None and note.queue == self._queue.label:
                found.append(job)
        return found

    async def kill(self, job_id: str) -> None:
        """End a job now; its ``run`` then returns with a step ``killed``."""
        if job_id in self._going:
            self._going.killed.add(job_id)
            self._ended.setdefault(job_id, asyncio.Event()).set()
            return
        await self._here.kill(job_id)
        note = read_note(self._jobs / job_id)
        if note is not None:
            await self._end(note, JobRecord(self._jobs, job_id))

    async def discard(self, job_id: str) -> None:
        """End what an earlier lab left under this id, and remove it with its record."""
        record = JobRecord(self._jobs, job_id)
        note = read_note(record.folder)
        if note is not None:
            await self._end(note, record)
        await self._here.discard(job_id)

    async def _end(self, note: Note, record: JobRecord) -> None:
        """Have a submission gone: its worktree is wanted for something else."""
        attempt, cancelled = Attempt(record.folder / note.token), False
        await self._open()
        began = time.monotonic()
        while attempt.result(record.id) is None:
            never = attempt.withdraw()
            note, sight = await self._sight(note, record, since=began)
            if sight.phase is Phase.GONE:
                return
            cancelled = cancelled or await self._cancel(note)
            if never and cancelled:
                return
            await asyncio.sleep(0.2)

    def forget(self, job_id: str) -> None:
        """Remove a job's record and logs, once what they say is in the ledger."""
        JobRecord(self._jobs, job_id).forget()

    async def close(self) -> None:
        """Disconnect. Jobs that wait or run go on without the lab."""
        await self._going.abandon()
        await self._here.close()
        if self._opened:
            self._opened = False
            await self._call(self._queue.close)
        self._thread.shutdown(wait=False)


def _ended_by_others(result: JobResult) -> bool:
    """Whether a try was ended on its node, and not by us: then the job is as good as lost."""
    return bool(result.steps) and result.steps[-1].ending is Ending.KILLED


def _memory(job: Job) -> int | None:
    """Bytes that the job may come to hold; None where some step of it has no limit."""
    limits = [step.limits.memory for step in job.steps]
    known = [limit for limit in limits if limit is not None]
    return max(known) if known and len(known) == len(limits) else None
