"""One session of a lab: the baseline, then experiments until there is no more to do."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orgloop.bench import ExecutorFactory
from orgloop.bench.serving import is_client
from orgloop.disk import disk_trouble
from orgloop.engines.embedded.warm import warm_up
from orgloop.engines.resolve import resolve
from orgloop.errors import LedgerError
from orgloop.graph.context import WalkContext
from orgloop.graph.offload import Inline
from orgloop.graph.suspend import Suspended
from orgloop.lab.admission import Admission
from orgloop.lab.baseline import measure_baseline, repeats
from orgloop.lab.generations import Generations
from orgloop.lab.options import RunOptions
from orgloop.lab.probation import Probation
from orgloop.lab.reload import Reload
from orgloop.lab.requests.left_over import close_left_over
from orgloop.lab.requests.requests import Requests
from orgloop.lab.scheduler import Scheduler
from orgloop.lab.session import Session, open_session
from orgloop.lab.steering import Steering
from orgloop.lab.summary import RunSummary, summarise
from orgloop.lab.take_over import take_over
from orgloop.lab.watcher import Watcher
from orgloop.ledger import BASELINE

if TYPE_CHECKING:
    from orgloop.graph.checkpoints import WalkSaver


def run_lab(
    root: Path,
    options: RunOptions,
    *,
    new: bool = False,
    on_open: Callable[[Session], None],
    executor: ExecutorFactory | None = None,
    inline: bool = False,
) -> RunSummary:
    """Run the lab at ``root`` until its budget is spent or somebody stops it.

    ``on_open`` is told of the session before anything runs: a display starts there. ``executor``
    makes what carries out the bench's jobs, in place of what task and options say; for one that
    takes no time ``inline`` does all the work on this thread. Raises what :mod:`orgloop.errors`
    names; whatever was finished by then is on record.
    """
    try:
        session = open_session(root, options, new=new, executor=executor, inline=inline)
        return asyncio.run(_run(session, on_open, inline=inline))
    except OSError as error:
        trouble = disk_trouble(error, root / ".orgloop")
        if trouble is None:
            raise
        raise trouble from error


async def _run(session: Session, on_open: Callable[[Session], None], *, inline: bool) -> RunSummary:
    context = session.context
    if inline and _think_here(session):
        asyncio.get_running_loop().set_default_executor(Inline())
    generations = Generations(
        session.run.id, context.task, context.repo, context.ledger, context.offload
    )
    steering = Steering(context, session.lock)
    try:
        on_open(session)
        context.outages.tell = lambda text: _notice(text, session)
        session.executor.tell_with(lambda text: _notice(text, session))
        await _warn_of_sandbox(session)
        await session.executor.warm(len(context.slots))
        await _end_other_runs(session)
        await steering.dismiss()
        with _interrupts(steering):
            try:
                reason = await _work(session, generations, steering)
            except Suspended:
                reason = ""  # stopped while the baseline was measured
        await steering.count_time()
        await steering.dismiss()
        return await _end(session, reason)
    except BaseException as error:
        why = str(error) or type(error).__name__
        with contextlib.suppress(LedgerError):
            await context.offload.ledger(
                lambda: context.ledger.runs.set_state(session.run.id, "stopped", why)
            )
        raise
    finally:
        await session.close()


async def _work(session: Session, generations: Generations, steering: Steering) -> str:
    """Everything between opening and summary; returns why it ended."""
    context, run, org = session.context, session.run, session.lab.org
    await context.offload.ledger(lambda: context.ledger.runs.set_state(run.id, "running"))
    was = "edited between two sessions" if session.resumed else "as the run began"
    await context.offload.git(context.branch.begin)
    reason = f"The organization `{org.charter.name}`, {was}"
    probation = Probation(context, generations)
    await generations.follow()
    await probation.resume()
    await take_over(org, reason, generations, probation, context)
    # LangGraph takes two seconds to import and the baseline does not need it.
    library = asyncio.create_task(
        asyncio.to_thread(importlib.import_module, "orgloop.graph.checkpoints")
    )
    if _think_here(session):
        warm_up(context.repo.commit_files(run.baseline_commit, context.task.hidden), context.task)
    polling = asyncio.create_task(_poll(steering))
    try:
        count = repeats(org.charter.accept, len(context.slots))
        await measure_baseline(run.baseline_commit, count, context)
        module = await library
    finally:
        polling.cancel()
    saver: WalkSaver = module.WalkSaver.open(context.repo.home / "walks.db")
    await context.offload.git(context.branch.follow)
    reload = Reload(session.lab, context, generations, probation, org=session.options.org)
    saves: set[asyncio.Task[None]] = set()

    def on_save() -> None:
        task = asyncio.create_task(reload.on_save())
        saves.add(task)
        task.add_done_callback(taken_over)

    def taken_over(task: asyncio.Task[None]) -> None:
        saves.discard(task)
        if not task.cancelled():
            task.exception()  # a ledger that fails: the walks run into that, too, and end the run

    watcher = Watcher(session.lab.root, on_save)
    try:
        ahead = org.charter.lookahead
        ahead = session.options.lookahead if ahead is None else ahead
        admission = Admission(len(context.slots), ahead, local=_think_here(session))
        if (seconds := await _baseline_seconds(context)) is not None:
            admission.benching.add(seconds)
        scheduler = Scheduler(context, generations, probation, saver, admission=admission)
        steering.requests = Requests(context, scheduler)
        return await scheduler.run(steering.tick)
    finally:
        watcher.close()
        await asyncio.gather(*saves, return_exceptions=True)
        saver.close()


async def _baseline_seconds(context: WalkContext) -> float | None:
    """What a bench run takes, so that walks ahead can be begun before the first has come back."""
    rows = await context.offload.ledger(
        lambda: context.ledger.measurements.of(context.run, BASELINE)
    )
    walls = [row.wall_s for row in rows if row.status == "ok"]
    return sum(walls) / len(walls) if walls else None


async def _end_other_runs(session: Session) -> None:
    """End what an earlier run left on the bench: a new run would share its CPUs with it.

    So is ended what was measured for a person: the request has died with the lab.

    A `setup` that was going on is ended, too: it is for a worktree that this session may not use.
    So is what the ledger does not know: it was put back to an earlier state. A coding agent of
    this run that is still at work is waited for where it was asked.
    """
    context, run = session.context, session.run.id
    await context.offload.ledger(lambda: close_left_over(context.ledger, run))
    rows = await context.offload.ledger(lambda: context.ledger.measurements.running(run))
    ours = {row.id for row in rows}
    for job in session.executor.unfinished():
        if job.id in ours or is_client(job.id, run):
            continue
        await session.executor.discard(job.id)
        if job.worktree is not None and (held := context.pool.reserve(job.worktree)) is not None:
            context.pool.give_back(held)


async def _warn_of_sandbox(session: Session) -> None:
    warning = await asyncio.to_thread(lambda: session.executor.warning)
    if warning:
        await _notice(warning, session)


async def _notice(text: str, session: Session) -> None:
    context = session.context
    await context.offload.ledger(
        lambda: context.ledger.problems.notice(text, run=session.run.id, level="warning")
    )


def _think_here(session: Session) -> bool:
    """Whether every role is thought for in this process, by an embedded engine."""
    charter = session.lab.org.charter
    return all(
        resolve(role, charter.model or "", override=session.options.model).model == "embedded"
        for role in session.lab.org.employed().values()
    )


async def _poll(steering: Steering) -> None:
    while True:
        await steering.tick()
        await asyncio.sleep(0.2)


async def _end(session: Session, reason: str) -> RunSummary:
    context, run = session.context, session.run.id
    state = "finished" if reason else "stopped"

    def work() -> RunSummary | None:
        context.ledger.runs.set_state(run, state, reason or "Stopped; `orgloop run` goes on.")
        return summarise(context.ledger, run, context.task)

    summary = await context.offload.ledger(work)
    assert summary is not None, "the run was created before it was run"
    return summary


@contextlib.contextmanager
def _interrupts(steering: Steering) -> Iterator[None]:
    """Make the first Ctrl-C a `stop` and the second a `stop --now`."""
    loop = asyncio.get_running_loop()
    asked: set[asyncio.Task[None]] = set()
    verbs = iter(("stop", "stop-now"))

    def interrupted() -> None:
        task = asyncio.ensure_future(steering.obey(next(verbs, "stop-now")))
        asked.add(task)
        task.add_done_callback(asked.discard)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
