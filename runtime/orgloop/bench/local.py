"""Runs jobs on this machine, each under a supervisor that outlives the lab."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from orgloop.bench.going import Going
from orgloop.bench.order import order_job
from orgloop.bench.outcome import output_lost, stopped, tells
from orgloop.bench.protocol import Job, JobResult, Tell
from orgloop.bench.record import JobRecord, Running, bury_survivors, records
from orgloop.bench.sandbox import Sandbox, find_sandbox
from orgloop.bench.supervised import Lost, Supervised
from orgloop.disk import disk_trouble
from orgloop.errors import BenchError

ATTEMPTS = 3
"""How often a job is started whose supervisor dies under it."""


class LocalExecutor:
    """The executor that is built in; one lab's, bound to the event loop that first runs a job.

    Supervisors are kept for the next job, so there are as many as jobs ran at one time.
    """

    def __init__(self, jobs: Path, *, sandbox: Sandbox | None = None) -> None:
        """``jobs`` is where jobs leave their records; ``sandbox`` is the best there is."""
        self._jobs = jobs
        self._sandbox = sandbox
        self._idle: list[Supervised] = []
        self._busy: dict[str, Supervised] = {}
        self._going = Going()

    elsewhere = False

    def tell_with(self, tell: Tell) -> None:
        """There is nothing to tell: what is started runs."""
        del tell

    @property
    def sandbox(self) -> Sandbox:
        """What steps are confined with; its ``warning`` is for the person to see."""
        if self._sandbox is None:
            self._sandbox = find_sandbox()
        return self._sandbox

    @property
    def warning(self) -> str:
        """Why steps are not confined, where they are not."""
        return self.sandbox.warning

    async def warm(self, count: int) -> None:
        """Start supervisors before their first jobs come."""
        self._jobs.mkdir(parents=True, exist_ok=True)
        while len(self._idle) + len(self._busy) < count:
            self._idle.append(await Supervised.start(self._jobs))

    async def run(self, job: Job) -> JobResult:
        """Run to the end, or pick up where an earlier lab left the job of this id.

        A caller that is cancelled leaves the job running. Raises BenchError where the bench
        itself could not do it.
        """
        return await self._going.share(job, self._run)

    async def _run(self, job: Job) -> JobResult:
        record = JobRecord(self._jobs, job.id)
        if not record.is_of(job):
            await self.discard(job.id)
        for _ in range(ATTEMPTS):
            result = record.result()
            running = record.running() if result is None else None
            if running is not None and running.alive:
                await _ended(running, record)
                result = record.result()
            if result is not None and not tells(result):
                result = None
            if result is None and job.id in self._going.killed:
                return stopped(job)
            if result is None:
                with contextlib.suppress(Lost):
                    result = await self._start(job, record)
            if result is not None and not output_lost(result):
                with contextlib.suppress(OSError):
                    record.fetched()  # else it is found as unfetched, and fetched once more
                return result
        raise BenchError(
            f"The supervisor of job {job.id} died {ATTEMPTS} times, or what it wrote was removed.",
            hint=f"What was finished is on record. Its log is {self._jobs / 'supervisor.log'}; "
            "`orgloop run` tries again.",
        )

    async def discard(self, job_id: str) -> None:
        """End what an earlier lab left under this id, and remove it with its record."""
        record = JobRecord(self._jobs, job_id)
        running = record.running()
        if running is not None and running.alive:
            with contextlib.suppress(OSError):
                os.kill(running.pid, signal.SIGTERM)
            await _ended(running, record)
        record.forget()

    async def _start(self, job: Job, record: JobRecord) -> JobResult:
        try:
            record.begin(job)
            order = order_job(job, self.sandbox, record.folder)
            supervised = self._idle.pop() if self._idle else await Supervised.start(self._jobs)
            if job.id in self._going.killed:
                self._idle.append(supervised)
                return stopped(job)
            record.entrust(supervised.pid)
        except OSError as error:
            raise disk_trouble(error, self._jobs) or BenchError(
                f"Job {job.id} could not be started: {error.strerror or error}.",
                hint=f"Look at the disk that holds {self._jobs}.",
            ) from error
        self._busy[job.id] = supervised
        try:
            result = await supervised.carry_out(order)
        except BaseException:
            supervised.close()  # a supervisor in an unknown state takes no further job
            raise
        finally:
            del self._busy[job.id]
        self._idle.append(supervised)
        return result

    def unfinished(self) -> Sequence[Job]:
        """Jobs of an earlier lab that still run, or that ended and were never fetched."""
        found: list[Job] = []
        dead: list[Path] = []
        for record in records(self._jobs):
            if record.id in self._going:
                continue
            job = record.asked()
            if job is None:
                continue
            running = record.running()
            if record.result() is not None or (running is not None and running.alive):
                found.append(job)
            elif running is not None:
                dead.append(record.folder)
        if dead:
            bury_survivors(dead)
        return found

    async def kill(self, job_id: str) -> None:
        """End a job now; its ``run`` then returns with a step ``killed``."""
        if job_id in self._going:
            self._going.killed.add(job_id)
        if job_id in self._busy:
            self._busy[job_id].kill(job_id)
            return
        running = JobRecord(self._jobs, job_id).running()
        if running is not None and running.alive:
            with contextlib.suppress(OSError):
                os.kill(running.pid, signal.SIGTERM)

    def forget(self, job_id: str) -> None:
        """Remove a job's record and logs, once what they say is in the ledger."""
        JobRecord(self._jobs, job_id).forget()

    async def close(self) -> None:
        """Let go of what is prestarted. Jobs that run go on without the lab."""
        for supervised in (*self._idle, *self._busy.values()):
            supervised.close()
        self._idle.clear()
        await self._going.abandon()


async def _ended(running: Running, record: JobRecord) -> None:
    """Wait until a supervisor of another lab is done with the job, or dead."""
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    try:
        pidfd = os.pidfd_open(running.pid)
    except (OSError, AttributeError):
        pidfd = -1
    if pidfd >= 0:
        loop.add_reader(pidfd, gone.set)
    try:
        while running.alive and record.result() is None:
            # The pidfd tells of its end at once; the result may come before that if it serves on.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), 0.2)
            if gone.is_set():
                return
    finally:
        if pidfd >= 0:
            loop.remove_reader(pidfd)
            os.close(pidfd)
