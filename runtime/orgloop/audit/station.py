"""Opening a lab's bench for an audit: its lock, its record, its worktrees, and no roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from orgloop.bench import Bench, Executor, ExecutorFactory, Slots, executor_for
from orgloop.errors import UserError
from orgloop.graph.offload import Offload
from orgloop.graph.station import Station
from orgloop.graph.suspend import StopSignal
from orgloop.graph.traffic import Traffic
from orgloop.lab.begin import BOUND
from orgloop.lab.lock import LabLock
from orgloop.lab.session import take_over
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.org import load_lab
from orgloop.repo import LabRepo
from orgloop.repo.frozen import freeze
from orgloop.task import Task

NOT_YET = "This lab has not run yet, so there is nothing to audit."


@dataclass(frozen=True)
class AuditBench:
    """An open bench; :meth:`close` lets go of it again."""

    run: RunRow
    station: Station
    holdout: Station | None
    """The same bench where the hold-out scores; None where the task has none."""
    executor: Executor
    lock: LabLock

    async def close(self) -> None:
        """Close everything; jobs on the bench go on and are found by the next audit."""
        await self.executor.close()
        self.station.offload.close()
        self.station.ledger.close()
        self.station.repo.close()
        self.lock.release()


def open_bench(
    root: Path, run: str | None, *, slots: int | None, executor: ExecutorFactory | None = None
) -> AuditBench:
    """Open the lab at ``root`` for auditing ``run`` (the latest if left out).

    Raises what :mod:`orgloop.errors` names: LabBusy while another process has the lab, UserError
    where nothing has run yet.
    """
    lab, problems = load_lab(root)
    if not ledger_path(root).is_file():
        raise UserError(NOT_YET, hint="`orgloop run` starts it.")
    repo = LabRepo.open(root)
    lock = LabLock(repo.home)
    try:
        usable = None if lab is None or problems.blocking else lab.task
        return _open(repo, lock, usable, run, slots, executor)
    except BaseException:
        lock.release()
        repo.close()
        raise


def _open(
    repo: LabRepo,
    lock: LabLock,
    current: Task | None,
    run: str | None,
    slots: int | None,
    factory: ExecutorFactory | None,
) -> AuditBench:
    ledger = Ledger.open(repo.home / "lab.db")
    try:
        row = chosen_run(ledger, run)
        task = task_of(row, current)
        given = slots if slots is not None else row.options.get("slots")
        if isinstance(given, int):
            task = task.model_copy(update={"slots": given})
        named = row.options.get("executor")
        chosen = factory or executor_for(task, named if isinstance(named, str) else None)
        pool, executor = take_over(repo, ledger, chosen)
        frozen = freeze(repo, row.baseline_commit)
        bench = Bench(task, executor, home=repo.home, frozen=frozen, run_seed=row.seed)
        station = Station(
            run=row.id,
            run_seed=row.seed,
            task=task,
            ledger=ledger,
            repo=repo,
            pool=pool,
            bench=bench,
            executor=executor,
            slots=Slots(task, elsewhere=executor.elsewhere),
            traffic=Traffic(),
            stop=StopSignal(),
            offload=Offload(),
        )
        held = None
        if task.holdout is not None:
            # Bounds are on what the task's own evaluator prints, which the hold-out need not.
            scored = task.model_copy(update={"evaluate": task.holdout, "constraints": {}})
            other = Bench(scored, executor, home=repo.home, frozen=frozen, run_seed=row.seed)
            held = replace(station, bench=other)
    except BaseException:
        ledger.close()
        raise
    return AuditBench(row, station, held, executor, lock)


def chosen_run(ledger: Ledger, run: str | None) -> RunRow:
    """The run of this id, or the latest; raises UserError where there is none."""
    row = ledger.runs.latest() if run is None else ledger.runs.get(run)
    if row is not None:
        return row
    if run is None:
        raise UserError(NOT_YET, hint="`orgloop run` starts it.")
    known = ", ".join(f"`{one.id}`" for one in ledger.runs.all()[-10:])
    raise UserError(f"There is no run `{run}` in this lab.", hint=f"There is {known}.")


def task_of(run: RunRow, current: Task | None) -> Task:
    """The task to measure under: as it stands where the run could go on, else as the run began."""
    begun = Task.model_validate(run.task)
    if current is None or any(getattr(begun, key) != getattr(current, key) for key in BOUND):
        return begun
    return current
