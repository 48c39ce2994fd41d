"""What a person can decide while no process runs the lab: whatever needs no bench.

The lab's lock is held meanwhile, so no run can begin half way, and the record changes in one
transaction, as in a lab that runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from orgloop.bench import LocalExecutor
from orgloop.graph.branch import RunBranch
from orgloop.graph.halting import put_halt
from orgloop.lab.casebook import put_page
from orgloop.lab.lock import LabLock
from orgloop.lab.requests.halt import halt_of, over
from orgloop.lab.requests.overrule import put_overrule, unfit
from orgloop.lab.requests.said import Said, no_reason, refused
from orgloop.lab.requests.veto import put_veto
from orgloop.ledger import CommandRow, ExperimentRow, Ledger, RunRow, ledger_path
from orgloop.ledger.verbs import OVERRULE, STOP, VETO
from orgloop.repo import LabRepo


def decide_alone(
    root: Path, run: RunRow, verb: str, experiment: ExperimentRow, args: Mapping[str, object]
) -> Said | None:
    """Do ``verb`` about an experiment of the latest run; None where that needs a lab that runs.

    Raises :class:`~orgloop.errors.LabBusy` where another process has the lab.
    """
    if verb not in (STOP, VETO, OVERRULE):
        return None
    lock = LabLock(ledger_path(root).parent)
    try:
        with LabRepo.open(root) as repo, Ledger.open(ledger_path(root)) as ledger:
            id = ledger.commands.ask(verb, args, run=run.id, experiment=experiment.id)
            command = ledger.commands.get(id)
            assert command is not None, "it was written just now"
            said = _decide(ledger, repo, command, experiment)
            if said is not None:
                ledger.commands.answer(id, said.state, said.text)
            RunBranch(ledger, repo, run.id, run.baseline_commit).follow()
            put_page(ledger, repo, run.id, experiment.id)
            answered = ledger.commands.get(id)
            assert answered is not None, "rows are never deleted"
            return Said(answered.state, answered.answer)
    finally:
        lock.release()


def _decide(ledger: Ledger, repo: LabRepo, command: CommandRow, row: ExperimentRow) -> Said | None:
    """What is refused; None where the answer is on record."""
    if command.verb == OVERRULE:
        return _overrule(ledger, command, row)
    if command.verb == VETO and not command.reason.strip():
        return no_reason()
    if row.status != "running":
        return over(row) if command.verb == STOP else put_veto(ledger, row.run, row, command)
    asyncio.run(_end_runs(repo, row))
    put_halt(ledger, row.run, row.id, halt_of(command))
    return None


def _overrule(ledger: Ledger, command: CommandRow, row: ExperimentRow) -> Said | None:
    """Keep what stands on the incumbent and was measured there; anything else needs the bench."""
    if (trouble := unfit(command, row)) is not None:
        return trouble
    head = ledger.incumbents.current(row.run)
    if row.commit is None or row.value is None or head is None or head.commit != row.base:
        return refused(
            f"{row.id} has to be measured on the incumbent first, and no process runs this lab.",
            "`orgloop run` goes on with it, with a larger budget where that is used up; then ask "
            "again.",
        )
    put_overrule(
        ledger,
        row,
        command,
        commit=row.commit,
        base=row.base,
        value=row.value,
        stderr=row.stderr,
        gain=row.gain,
    )
    return None


async def _end_runs(repo: LabRepo, row: ExperimentRow) -> None:
    """End what a lab that was killed has left of it on the bench."""
    executor = LocalExecutor(repo.home / "jobs")
    for job in executor.unfinished():
        if job.id.startswith(f"{row.run}-{row.id}-m"):
            await executor.discard(job.id)
