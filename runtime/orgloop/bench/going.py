"""The jobs that an executor has under way, each once however often it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from orgloop.bench.protocol import Job, JobResult


class Going:
    """Bound to the event loop that first runs a job."""

    def __init__(self, forget: Callable[[str], object] = lambda _: None) -> None:
        """``forget`` is told of each job that is over, for what else is kept of it."""
        self._forget = forget
        self._tasks: dict[str, asyncio.Task[JobResult]] = {}
        self.killed: set[str] = set()
        """Those that somebody has ended."""

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._tasks

    async def share(
        self, job: Job, work: Callable[[Job], Coroutine[object, object, JobResult]]
    ) -> JobResult:
        """The result of ``work``, which is begun where it is not going; it outlives its callers."""
        task = self._tasks.get(job.id)
        if task is None:
            task = asyncio.create_task(work(job), name=f"job {job.id}")
            self._tasks[job.id] = task
            task.add_done_callback(lambda done: self._over(job.id, done))
        return await asyncio.shield(task)

    async def abandon(self) -> None:
        """Wait for none of them any longer."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _over(self, job_id: str, task: asyncio.Task[JobResult]) -> None:
        self._tasks.pop(job_id, None)
        self.killed.discard(job_id)
        self._forget(job_id)
        if not task.cancelled():
            task.exception()  # read, so that a job nobody waits for does not complain
