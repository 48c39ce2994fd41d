"""One measurement: a job on the bench, entered in the ledger before and after.

The job's id is on record before the job starts, so a lab that died meanwhile finds it again: the
executor then waits for it, or fetches its result, and nothing is run twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from orgloop.bench import CrashKind, Measurement, Priority, Stream, seed_value
from orgloop.errors import UserError
from orgloop.graph.joblogs import log_path, put_away
from orgloop.graph.station import Station
from orgloop.graph.suspend import GRACE, WalkSignal
from orgloop.ledger import MeasurementRow
from orgloop.repo import Worktree

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be measured."""

    experiment: str
    commit: str
    kind: str = "search"
    """``search``, ``promotion`` or ``audit``: which stream of seeds, and what it is for."""
    priority: Priority = Priority.FIRST


async def measure_next(
    order: Order, before: Sequence[MeasurementRow], context: Station
) -> MeasurementRow:
    """Measure the commit once more, on its next seed; returns the finished row.

    ``before`` are all of the experiment's measurements so far, of whatever commit. Seeds are taken
    in order, so the n-th measurement of one commit shares its seed with the n-th of any other:
    that is what makes them pairs.
    """
    row = MeasurementRow(
        run=context.run,
        id=f"{context.run}-{order.experiment}-m{len(before) + 1}",
        experiment=order.experiment,
        commit=order.commit,
        seed=sum(row.commit == order.commit and row.kind == order.kind for row in before),
        kind=order.kind,
        status="running",
        started=time.time(),
    )
    return await run_measurement(row, order.priority, context)


async def settle(rows: Sequence[MeasurementRow], context: Station) -> list[MeasurementRow]:
    """An experiment's measurements, after finishing what an earlier session began.

    Whatever commit it was of: a run that is done or still runs is never begun again.
    """
    return [
        await run_measurement(row, Priority.REPLICATE, context) if row.status == "running" else row
        for row in rows
    ]


async def run_measurement(
    row: MeasurementRow, priority: Priority, context: Station, *, anew: bool = False
) -> MeasurementRow:
    """Run the job of ``row`` in a slot, and put what it gave on record.

    ``anew`` says that it was run before in a worktree that somebody deleted under it.
    """
    stop = context.stop.of(row.experiment)
    slot = await stop.unless_now(context.slots.acquire(priority))
    since = time.monotonic()
    try:
        await stop.boundary()
        worktree = await context.offload.git(lambda: context.pool.checkout(row.commit))
        try:
            started = replace(row, slot=slot.index, started=time.time())
            await context.offload.ledger(lambda: _begin(started, context))
            protected = await set_up(worktree, context, stop)
            measured = await _unless_now(
                row.id,
                context.bench.measure(
                    row.id,
                    worktree,
                    seed_of(row, context.run_seed),
                    slot,
                    commit=row.commit,
                    protected=protected,
                ),
                context,
                stop,
            )
            # Its `.git` is out of a sandboxed run's reach. Without a sandbox a run could remove
            # it, so a crash is excused once.
            excused = (
                measured.crash is not None
                and not anew
                and not await context.offload.git((worktree.path / ".git").exists)
            )
        finally:
            context.pool.give_back(worktree)
            context.offload.background(context.pool.prepare_spare)
    finally:
        context.slots.release(slot)
        context.traffic.held_slot(row.experiment, time.monotonic() - since)
    if measured.crash is not None and measured.crash.kind is CrashKind.STOPPED:
        await context.offload.git(lambda: context.executor.forget(row.id))
        if stop.ending:
            raise stop.end()  # the row stays `running`: the next session measures under this id
        return await run_measurement(row, priority, context)  # an earlier session ended it
    if excused:
        await context.offload.git(lambda: context.executor.forget(row.id))
        return await run_measurement(row, priority, context, anew=True)
    finished = _finished(started, measured)
    log = None if measured.log is None else log_path(context.repo.home, row.run, row.id)

    def put_on_record() -> None:
        context.ledger.measurements.finish(
            finished.id,
            value=finished.value,
            metrics=finished.metrics,
            crash=finished.crash,
            wall_s=finished.wall_s,
            cpu_s=finished.cpu_s,
            peak_bytes=finished.peak_bytes,
            log=None if log is None else str(log),
        )
        context.ledger.sync()  # before the job's own record goes

    await context.offload.ledger(put_on_record)

    def clear_away() -> None:
        if measured.log is not None and log is not None:
            put_away(measured.log, log)
        context.executor.forget(row.id)

    # Only now, when the ledger has the result: until then the job's record is what resumes it.
    context.offload.background(clear_away)
    return finished


async def set_up(worktree: Worktree, context: Station, stop: WalkSignal) -> tuple[Path, ...]:
    """Run the task's ``setup`` where it has not been; what it made is then read-only.

    ``stop`` is of the walk that it is for.
    """
    if context.task.setup is None:
        return ()
    if not context.pool.is_set_up(worktree):
        job = setup_job(context.run, str(worktree.number))
        context.executor.forget(job)
        try:
            await _unless_now(job, context.bench.setup(worktree, job_id=job), context, stop)
        except UserError:
            if stop.ending:
                raise stop.end() from None  # what fails when it is told to end says nothing
            raise
        await context.offload.git(lambda: context.pool.record_setup(worktree))
        context.executor.forget(job)
    return context.pool.protected(worktree)


def setup_job(run: str, worktree: str) -> str:
    """The id of the job that sets a worktree up."""
    return f"{run}-setup-{worktree}"


async def _unless_now(
    job: str, work: Coroutine[object, object, T], context: Station, stop: WalkSignal
) -> T:
    """Wait for ``work`` to its end, which a person brings about by ending ``job``."""
    going: asyncio.Future[T] = asyncio.ensure_future(work)
    try:
        while not going.done():
            await stop.or_now(going)
            if not going.done():
                await context.executor.kill(job)
                # A job that has not quite begun is not there to be ended: asked again in a moment.
                await asyncio.wait((going,), timeout=0.2)
    except asyncio.CancelledError:
        # Whoever waited for it was cut short: it may not go on in a worktree that is given back.
        await context.executor.kill(job)
        await asyncio.wait((going,), timeout=GRACE)
        raise
    return going.result()


def seed_of(row: MeasurementRow, run_seed: int) -> int:
    """The seed that a measurement runs with; equal ones make pairs."""
    stream: Stream = "search"
    if row.kind in ("promotion", "audit"):
        stream = "promotion" if row.kind == "promotion" else "audit"
    return seed_value(run_seed, row.seed, stream)


def _begin(row: MeasurementRow, context: Station) -> None:
    if not context.ledger.measurements.begin(row):
        context.ledger.measurements.restart(row.id, slot=row.slot)


def _finished(row: MeasurementRow, measured: Measurement) -> MeasurementRow:
    crash = measured.crash
    return replace(
        row,
        status="ok" if crash is None else "crash",
        finished=time.time(),
        value=measured.value,
        metrics=dict(measured.metrics),
        crash=None
        if crash is None
        else {
            "kind": crash.kind.value,
            "step": crash.step,
            "message": crash.message,
            "tail": crash.tail,
        },
        wall_s=measured.wall_s,
        cpu_s=measured.cpu_s,
        peak_bytes=measured.peak_bytes,
    )
